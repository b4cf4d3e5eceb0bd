import { createDatabase, type Transaction } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { createWiretap, type Probe, type ProbedStatement, probeStatements } from "@skyport/testing";
import {
  claimDueIntentions,
  claimLateIntentions,
  closeIntention,
  findIntention,
  findIntentionOfRequest,
  findOpenIntention,
  handOverIntention,
  insertIntention,
  listOpenIntentions,
  postponeIntention,
  sweepIntentions,
} from "../../src/repositories/intentions.ts";
import { listOrders } from "../../src/repositories/order-pages.ts";
import {
  deleteOrder,
  findOrders,
  insertOrder,
  lockOrder,
  setOrderGeneration,
  setOrderLineItems,
  setOrderState,
} from "../../src/repositories/orders.ts";
import { query } from "./many-orders.ts";
import { raw } from "./plans.ts";
import { nameOf } from "./statement-names.ts";

const LIMIT = 51;
const FRESH = "01890000-0000-7000-8000-000000000000";
const MINUTE_MS = 60_000;
const NO_FILTER = {
  order: "create_time desc",
  state: undefined,
  productId: undefined,
  createTimeAfter: undefined,
  createTimeBefore: undefined,
} as const;

const lineItems = ["p1", "p2", "p3"].map((productId) => ({
  productId,
  quantity: 1,
  title: "A ship",
  unitPrice: { currencyCode: "EUR", units: 10n, nanos: 0 },
}));

/** Every statement of the service, on the rows of `generateOrders`. `id` is of an order that has an open wish. */
function probes(id: string, requestId: string): Probe<Transaction>[] {
  const request = { principal: "", rpc: "rpc", requestId, fingerprint: "f" };
  const wish = { orderId: id, generation: 1, attempts: 0 };
  const open = async (tx: Transaction) => {
    const found = await findOpenIntention(tx, id);
    if (found === undefined) throw new Error("the order has no open wish");
    return { ...found, ...wish };
  };
  return [
    (tx) => findOrders(tx, [id]),
    (tx) => listOrders(tx, NO_FILTER, undefined, LIMIT),
    (tx) => insertOrder(tx, FRESH, lineItems),
    (tx) => lockOrder(tx, id),
    (tx) => setOrderState(tx, id, "confirmed"),
    (tx) => setOrderLineItems(tx, id, lineItems),
    (tx) => setOrderGeneration(tx, id, 2),
    (tx) => deleteOrder(tx, id),
    (tx) => findIntention(tx, id, 1),
    (tx) => findOpenIntention(tx, id),
    (tx) => findIntentionOfRequest(tx, request),
    (tx) =>
      insertIntention(tx, {
        orderId: FRESH,
        generation: 1,
        kind: "create",
        lineItems,
        request,
        dueInMs: MINUTE_MS,
        deadlineInMs: MINUTE_MS,
      }),
    (tx) => closeIntention(tx, wish, "done"),
    async (tx) => handOverIntention(tx, await open(tx)),
    async (tx) => postponeIntention(tx, await open(tx), MINUTE_MS),
    (tx) => claimDueIntentions(tx, 16, MINUTE_MS),
    (tx) => claimLateIntentions(tx, 16, MINUTE_MS),
    (tx) => listOpenIntentions(tx, { createTime: "2001-01-01 00:00:00+00", orderId: id, generation: 1 }, LIMIT),
    (tx) => sweepIntentions(tx, 24 * 60 * MINUTE_MS, 100),
  ];
}

/** Runs each statement, and tells how the database does. */
export async function probeAll(url: string): Promise<readonly ProbedStatement[]> {
  await using tap = await createWiretap(url);
  await using database = createDatabase({ url: tap.url, minConnections: 0, maxConnections: 1 });
  await using direct = createDatabase({ url, minConnections: 0, maxConnections: 1 });
  const [row] = await query(direct, "SELECT order_id, request_id FROM order_intentions WHERE state = 'open' LIMIT 1");
  const undo = new Error("rolled back on purpose");
  const rolledBack = async (probe: Probe<Transaction>): Promise<void> => {
    const done = database.transaction({ deadline: Deadline.after(MINUTE_MS) }, async (tx) => {
      await probe(tx);
      throw undo;
    });
    await done.catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  };
  const all = probes(String(row?.["order_id"]), String(row?.["request_id"]));
  // One session from BEGIN to ROLLBACK.
  return await direct.read(Deadline.after(MINUTE_MS), (session) => {
    const sql = (text: string) => session.run(raw(text), {});
    return probeStatements<Transaction>({ tap, sql, rolledBack, nameOf }, all);
  });
}
