import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { OrderState } from "@skyport/proto";
import { CACHES } from "./support/caches.ts";
import { failureOf, reasonOf } from "./support/failure.ts";
import { answerLost, unreachable } from "./support/faults.ts";
import { type Lab, openLab, openWishes, ordered, untilCached } from "./support/lab.ts";
import { type OrderServer, orderIn } from "./support/order-server.ts";

/**
 * This instance recovers nothing: what a test wants to see left open is not taken over. A change waits for the one before
 * it only for a moment.
 */
const TIMES = { pollMs: Number.POSITIVE_INFINITY, overdueMs: 300 };

describe("while nobody else sees to what is open,", () => {
  let lab: Lab;
  let server: OrderServer;

  beforeEach(() => lab.stub.heal());
  beforeAll(async () => {
    lab = await openLab(CACHES[0] ?? "the in-process cache");
    server = await lab.start(TIMES);
  });
  afterAll(() => lab.close());

  const changed = (id: string, productId: string, quantity: number) =>
    server.orders.updateOrder({ order: { id, lineItems: [{ productId, quantity }] } });

  test("a change finishes the one before, which is still open", async () => {
    const id = lab.add(10);
    const made = await ordered(server, id, 1);
    lab.stub.onSetReservation = answerLost;
    expect(await reasonOf(changed(made.id, id, 4))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
    lab.stub.heal();
    lab.stub.forget();
    expect(orderIn(await changed(made.id, id, 2)).lineItems).toMatchObject([{ quantity: 2 }]);
    expect(lab.stub.asked).toEqual([`${made.id} 2`, `${made.id} 3`]);
    expect(await openWishes(server, made.id)).toEqual([]);
    expect(lab.shelf.stockOf(id)).toBe(8);
  });

  test("a change is CONTENTION when the one before cannot be finished", async () => {
    const id = lab.add(10);
    const made = await ordered(server, id, 1);
    lab.stub.onSetReservation = unreachable;
    expect(await reasonOf(changed(made.id, id, 4))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
    const failure = await failureOf(changed(made.id, id, 2));
    expect(failure).toMatchObject({ code: Code.Aborted, reason: "CONTENTION" });
    expect(failure.retryMs).toBeGreaterThan(0);
    lab.stub.heal();
    await changed(made.id, id, 2);
    expect(lab.shelf.stockOf(id)).toBe(8);
  });

  test("a repeat with other content is refused while the first is open", async () => {
    const [id, requestId] = [lab.add(10), randomUUID()];
    lab.stub.onSetReservation = unreachable;
    expect(await reasonOf(ordered(server, id, 1, requestId))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
    expect(await reasonOf(ordered(server, id, 2, requestId))).toBe("REQUEST_ID_REUSED");
    const late = await failureOf(ordered(server, id, 1, requestId, 1_500));
    expect(late.code).toBe(Code.DeadlineExceeded);
  });

  test("open wishes are told oldest first, page by page", async () => {
    lab.stub.onSetReservation = unreachable;
    const ids = Array.from({ length: 7 }, () => lab.add());
    for (const id of ids) expect(await reasonOf(ordered(server, id, 3))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
    const found = [];
    let pageToken = "";
    do {
      const page = await server.orders.listOpenIntentions({ pageSize: 3, pageToken });
      expect(page.intentions.length).toBeLessThanOrEqual(3);
      found.push(...page.intentions);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    const these = found.filter(({ items }) => ids.includes(items[0]?.productId ?? ""));
    expect(these.map(({ items }) => items[0])).toMatchObject(ids.map((productId) => ({ productId, quantity: 3 })));
    expect(these.every(({ attempts, generation }) => attempts === 0 && generation === 1)).toBe(true);
  });

  test.each(["cancelOrder", "deleteOrder"] as const)(
    "what %s does is seen at once, also under an id in capital letters",
    async (method) => {
      const id = lab.add(10);
      const made = await ordered(server, id, 1);
      const read = async () => (await server.orders.getOrder({ id: made.id })).order?.state;
      await untilCached(lab.database, server, made.id);
      lab.stub.onSetReservation = unreachable;
      await server.orders[method]({ id: made.id.toUpperCase() });
      if (method === "cancelOrder") expect(await read()).toBe(OrderState.CANCELLED);
      else expect(await reasonOf(read())).toBe("ORDER_NOT_FOUND");
      lab.stub.heal();
    },
  );
});
