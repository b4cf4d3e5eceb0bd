import { randomUUID } from "node:crypto";
import {
  createOrderCall,
  createProductCall,
  type FlowCall,
  getOrderCall,
  getProductCall,
  orderIdIn,
  type Step,
} from "../flow/calls.ts";
import type { FlowSystem } from "../flow/flow.ts";
import { JsonClient } from "../load/connect-json.ts";
import { productId } from "../stage/keys.ts";
import type { Shop } from "../stage/shop.ts";
import type { Sql } from "../stage/sql.ts";
import type { LoggedStatement, StatementLog } from "../stage/statement-log.ts";
import { explain, isRead } from "./plans.ts";

/** A step of the flow, as PostgreSQL sees it. */
export interface StepStatements {
  readonly step: Step;
  readonly statements: readonly LoggedStatement[];
}

/** One read of the flow, explained. */
export interface Plan {
  /** What asked for it. */
  readonly step: string;
  readonly text: string;
  readonly plan: string;
}

/** What the services do by themselves all the time: no call's. */
const BACKGROUND = /attempts = attempts \+ 1|pg_stat|partition|pg_try_advisory/;
/** How often a step is looked at: the fewest statements count, since only chance adds to them. */
const LOOKS = 3;

/** The statements of each step of the flow, by one caller. */
export async function countStatements(system: FlowSystem, log: StatementLog): Promise<StepStatements[]> {
  using client = new JsonClient();
  const fewest = new Map<Step, StepStatements>();
  const look = async ({ step, service, rpc, message }: FlowCall) => {
    const url = service === "product" ? system.productUrl : system.orderUrl;
    let answer: Readonly<Record<string, unknown>> = {};
    const logged = await log.capture(async () => {
      answer = await client.call(url, rpc, message);
    });
    const statements = logged.filter(({ text }) => !BACKGROUND.test(text));
    const known = fewest.get(step);
    if (known === undefined || statements.length < known.statements.length) {
      fewest.set(step, { step, statements });
    }
    return answer;
  };
  for (let n = 0; n < LOOKS; n++) {
    const id = `s-${randomUUID()}`;
    await look(createProductCall(id));
    await look(getProductCall(id));
    const order = await look(createOrderCall(id));
    await look(getOrderCall(orderIdIn(order)));
  }
  return [...fewest.values()];
}

/** The plans of the reads among them, each once. @param databases connections, by the database's name */
export async function explainAll(
  steps: readonly { readonly step: string; readonly statements: readonly LoggedStatement[] }[],
  databases: ReadonlyMap<string, Sql>,
): Promise<Plan[]> {
  const plans = new Map<string, Plan>();
  for (const { step, statements } of steps) {
    for (const statement of statements.filter(isRead)) {
      const sql = databases.get(statement.database);
      if (sql === undefined || plans.has(statement.text)) continue;
      plans.set(statement.text, { step, text: statement.text, plan: await explain(sql, statement) });
    }
  }
  return [...plans.values()];
}

/** Reads of a Skyport that no cache answers: a page, and a product that nobody has read. */
export async function coldReads(
  { productUrl, products }: Pick<Shop, "productUrl" | "products">,
  log: StatementLog,
): Promise<{ readonly step: string; readonly statements: readonly LoggedStatement[] }[]> {
  using client = new JsonClient();
  const service = "skyport.product.v1.ProductService";
  const look = async (step: string, method: string, message: object) => {
    const statements = await log.capture(() => client.call(productUrl, `${service}/${method}`, message));
    return { step, statements };
  };
  return [
    await look("GetProduct, not cached", "GetProduct", { id: productId(products - 1) }),
    await look("ListProducts", "ListProducts", { pageSize: 50 }),
  ];
}
