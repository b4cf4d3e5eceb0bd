import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createDatabase, type Database } from "@skyport/db";
import { differences, documentedStatements } from "@skyport/testing";
import { LIST_ORDERS, type OrderListing } from "../src/domain/order-list.ts";
import { listOrders } from "../src/repositories/order-pages.ts";
import { FIRST_ORDER, HOT_PRODUCT, query, RARE_PRODUCT } from "./support/many-orders.ts";
import { openPlanDatabase, PLAN_ROWS, type PlanDatabase } from "./support/plan-database.ts";
import { blocksOf, faultsIn, indexesOf, inSession, type Prepared, preparedBy, runPlan } from "./support/plans.ts";
import { probeAll } from "./support/probes.ts";
import { STATEMENT_NAMES } from "./support/statement-names.ts";

const ROWS = PLAN_ROWS;
const PAGE = new URL("../../../docs/statements.md", import.meta.url);

const DAY = 86_400_000_000n;
const START = BigInt(Date.parse(FIRST_ORDER)) * 1_000n;
const at = (day: number): bigint => START + BigInt(day) * DAY;

/** One more than the page of 50 that callers get without asking. */
const LIMIT = 51;

/** An entry of the walked index is shared by many rows; each row is found by an index of at most four levels. */
const BLOCKS_A_ROW = 6;

interface Kind {
  readonly what: string;
  readonly listing: OrderListing;
  readonly deep: boolean;
}

/** Every kind of list statement, each with values that are common and with some that are rare. */
const KINDS: readonly Kind[] = LIST_ORDERS.flatMap((order) =>
  ([undefined, "confirmed", "pending", "cancelled"] as const).flatMap((state) =>
    [undefined, HOT_PRODUCT, RARE_PRODUCT].flatMap((productId) =>
      [undefined, at(100)].flatMap((createTimeAfter) =>
        [undefined, at(600)].flatMap((createTimeBefore) =>
          [false, true].map((deep) => {
            const listing: OrderListing = { order, state, productId, createTimeAfter, createTimeBefore };
            const parts = [order, state, productId, createTimeAfter && "after", createTimeBefore && "before"];
            return { what: [...parts, deep ? "deep page" : "first page"].filter(Boolean).join(", "), listing, deep };
          }),
        ),
      ),
    ),
  ),
);

/** Half of the way through whatever the listing holds. */
const HALFWAY = at(350);

/** Kinds of one shape have one statement: a cursor takes the place of the bound that it is beyond. */
function shapeOf({ listing, deep }: Kind): string {
  const { order, state, productId, createTimeAfter, createTimeBefore } = listing;
  const isRising = order === "create_time";
  const after = deep && isRising ? undefined : createTimeAfter;
  const before = deep && !isRising ? undefined : createTimeBefore;
  return [order, ...[state, productId, after, before].map((part) => part !== undefined), deep].join();
}

const text = (value: string): string => `'${value}'`;
const time = (micros: bigint): string => `timestamptz 'epoch' + ${micros} * interval '1 us'`;

/** What stands for $1, $2, ... in the statement of a kind. */
function valuesOf({ listing, deep }: Kind): string[] {
  const { order, state, productId, createTimeAfter, createTimeBefore } = listing;
  const prefix = state === undefined ? [] : [text(state)];
  const cursor = [...prefix, time(HALFWAY), "500000"];
  const bound = (at: bigint | undefined): string[] => (at === undefined ? prefix : [...prefix, time(at)]);
  const isRising = order === "create_time";
  return [
    ...(productId === undefined ? [] : [text(productId)]),
    ...(deep && isRising ? cursor : bound(createTimeAfter)),
    ...(deep && !isRising ? cursor : bound(createTimeBefore)),
    String(LIMIT),
  ];
}

describe(`with ${ROWS.toLocaleString("en")} orders`, () => {
  let plans: PlanDatabase;
  let url: string;
  let database: Database;

  beforeAll(async () => {
    plans = await openPlanDatabase();
    ({ url, database } = plans);
  }, 300_000);
  afterAll(async () => {
    await plans[Symbol.asyncDispose]();
  });

  test("every list is read from its index, and a page costs the same wherever it is", async () => {
    const faults: string[] = [];
    const figures: string[] = [];
    await inSession(database, async (session) => {
      const known = new Map<string, Prepared>();
      for (const kind of KINDS) {
        const shape = shapeOf(kind);
        const cursor = kind.deep ? [HALFWAY, 500_000n] : undefined;
        const [made] = await preparedBy(session, () => listOrders(session, kind.listing, cursor, LIMIT));
        const prepared = made ?? known.get(shape);
        if (prepared === undefined) throw new Error(`${kind.what} was not prepared`);
        known.set(shape, prepared);
        for (const mode of ["force_generic_plan", "force_custom_plan"] as const) {
          const { Plan: plan, "Execution Time": ms } = await runPlan(session, prepared, valuesOf(kind), mode);
          const blocks = blocksOf(plan);
          faults.push(...faultsIn(plan).map((fault) => `${kind.what} (${mode}): ${fault}`));
          if (blocks > LIMIT * BLOCKS_A_ROW) faults.push(`${kind.what} (${mode}): ${blocks} blocks`);
          if (mode === "force_generic_plan")
            figures.push(`| ${kind.what} | ${indexesOf(plan).join(", ")} | ${blocks} | ${ms} |`);
        }
      }
      expect(known.size).toBe(48);
    });
    if (process.env["PLAN_FIGURES"]) process.stderr.write(`${figures.join("\n")}\n`);
    expect(faults).toEqual([]);
  }, 120_000);

  test("every statement reads what docs/statements.md tells, and no more", async () => {
    const probed = await probeAll(url);
    expect(probed.map(({ name }) => name).sort()).toEqual([...STATEMENT_NAMES].sort());
    expect(differences(probed, await documentedStatements(PAGE, "order-svc"))).toEqual([]);
  }, 60_000);

  test("the checks above see what they are there for", async () => {
    await query(database, "DROP INDEX orders_create_time");
    await using fresh = createDatabase({ url, minConnections: 0 });
    await inSession(fresh, async (session) => {
      const [kind] = KINDS;
      if (kind === undefined) throw new Error("there are kinds");
      const [prepared] = await preparedBy(session, () => listOrders(session, kind.listing, undefined, LIMIT));
      if (prepared === undefined) throw new Error("nothing was prepared");
      const { Plan: plan } = await runPlan(session, prepared, valuesOf(kind), "force_generic_plan");
      expect(faultsIn(plan)).toEqual(expect.arrayContaining(["Sort", "Seq Scan orders"]));
      expect(blocksOf(plan)).toBeGreaterThan(LIMIT * BLOCKS_A_ROW);
    });
  });
});
