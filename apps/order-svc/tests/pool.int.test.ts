import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createDatabase, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { isReason } from "@skyport/errors";
import { OrderState, OrderView } from "@skyport/proto";
import { eventually, inTime } from "@skyport/testing";
import { sql } from "drizzle-orm";
import { reasonOf } from "./support/failure.ts";
import { broken } from "./support/faults.ts";
import { type Lab, openLab, ordered, settled, untilCached } from "./support/lab.ts";
import { query } from "./support/many-orders.ts";
import type { OrderServer } from "./support/order-server.ts";

const lockRow = sqlStatement(
  sql`SELECT 1 FROM orders WHERE id = ${sql.placeholder("id")}::uuid FOR UPDATE`,
  () => undefined,
);

/** As many as the pool of an instance has connections, and more. */
const POOL = 10;
const MANY = 14;

describe("while every connection to the database waits for one lock", () => {
  let lab: Lab;
  let server: OrderServer;
  beforeAll(async () => {
    lab = await openLab("the in-process cache");
    server = await lab.start();
  });
  afterAll(() => lab.close());

  const waiting = (): Promise<unknown[]> =>
    query(
      lab.database,
      "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
    );

  test("every call is answered by its deadline, with what happened, and all goes on when the lock is free", async () => {
    const id = lab.add(100);
    const made = await ordered(server, id, 1);
    const untouched = await ordered(server, id, 2);
    const left = await ordered(server, id, 3);
    await untilCached(lab.database, server, untouched.id);
    const stored = await server.orders.getOrder({ id: untouched.id, view: OrderView.BASIC });
    lab.stub.onSetReservation = broken;
    await server.orders.cancelOrder({ id: left.id });

    const [locked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await using other = createDatabase({ url: lab.places.databaseUrl, transactionTimeoutMs: 60_000 });
    const holder = other.transaction({ deadline: Deadline.after(30_000) }, async (tx) => {
      await tx.run(lockRow, { id: made.id });
      locked.resolve();
      await release.promise;
    });
    using _ = { [Symbol.dispose]: release.resolve };
    await locked.promise;
    const cancelled = async (): Promise<string | undefined> => {
      const { order } = await server.orders.cancelOrder({ id: made.id }, { timeoutMs: 20_000 });
      return order?.state === OrderState.CANCELLED ? "cancelled" : undefined;
    };
    const cancels = Array.from({ length: MANY }, async () => {
      const call = cancelled();
      return call.catch(() => reasonOf(call));
    });
    await eventually(async () => expect(await waiting()).toHaveLength(POOL));

    const hasty = () => inTime(400);
    const reasons = await Promise.all([
      reasonOf(server.orders.listOrders({}, hasty())),
      reasonOf(server.orders.getOrder({ id: "01890000-0000-7000-8000-000000000000" }, hasty())),
      reasonOf(server.orders.createOrder({ order: { lineItems: [{ productId: id, quantity: 1 }] } }, hasty())),
      reasonOf(server.orders.deleteOrder({ id: untouched.id }, hasty())),
    ]);
    expect(reasons).toEqual(reasons.map(() => "DEADLINE_EXCEEDED"));
    const cached = await server.orders.getOrder({ id: untouched.id, view: OrderView.BASIC }, hasty());
    expect(cached).toEqual(stored);

    release.resolve();
    await holder;
    for (const outcome of await Promise.all(cancels)) {
      expect(outcome === "cancelled" || isReason(outcome ?? "")).toBe(true);
    }
    lab.stub.heal();
    expect(await eventually(cancelled)).toBe("cancelled");
    await settled(server);
    expect((await server.orders.listOrders({ filter: { productId: id } })).orders).toHaveLength(3);
    expect(lab.shelf.stockOf(id)).toBe(98);
  });
});
