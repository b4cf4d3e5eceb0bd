import { randomUUID } from "node:crypto";
import { type Client, Code, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { OrderService, OrderState } from "@skyport/proto";
import { allOrders, discrepancies } from "./support/audit.ts";
import { CACHES } from "./support/caches.ts";
import { failureIn } from "./support/failure.ts";
import { orderIn } from "./support/order-server.ts";
import { type System, startSystem } from "./support/system.ts";

const CLIENTS = 200;
const UNITS = 100;
const SOLD_OUT = "OUT_OF_STOCK";

type Protocol = (options: { baseUrl: string; httpVersion: "2"; sessionManager: Http2SessionManager }) => Transport;

const PROTOCOLS: readonly (readonly [string, Protocol])[] = [
  ["Connect", createConnectTransport],
  ["gRPC", ({ baseUrl, sessionManager }) => createGrpcTransport({ baseUrl, sessionManager })],
  ["gRPC-web", createGrpcWebTransport],
];

describe(`${CLIENTS} clients race for ${UNITS} units, with ${CACHES[0]}`, () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem(CACHES[0] ?? "the in-process cache");
  });
  afterAll(() => system.close());

  /**
   * One customer: repeats its request while that may help, some ask twice at once, and all ask once more when they know.
   * Gives the order's id, or SOLD_OUT.
   */
  async function buy(orders: Client<typeof OrderService>, productId: string, twice: boolean): Promise<string> {
    const request = { order: { lineItems: [{ productId, quantity: 1 }] }, requestId: randomUUID() };
    const attempt = async (): Promise<string> => {
      for (;;) {
        try {
          const order = orderIn(await orders.createOrder(request, { timeoutMs: 15_000 }));
          expect(order.state).toBe(OrderState.CONFIRMED);
          return order.id;
        } catch (error) {
          const { code, reason, preconditions, retryMs } = failureIn(error);
          // Without a reason: the customer has waited for too long, and nobody has told what became of it.
          if (retryMs !== undefined || (reason === undefined && code === Code.DeadlineExceeded)) continue;
          expect({ code, reason, preconditions }).toEqual({
            code: Code.FailedPrecondition,
            reason: SOLD_OUT,
            preconditions: [{ type: SOLD_OUT, subject: `products/${productId}`, description: "1 wanted, 0 left" }],
          });
          return SOLD_OUT;
        }
      }
    };
    const first = await Promise.all(twice ? [attempt(), attempt()] : [attempt()]);
    const answers = new Set([...first, await attempt()]);
    expect(answers.size).toBe(1);
    return first[0] ?? "";
  }

  test.each(PROTOCOLS)(
    "over %s: as many are sold as there are, and everybody else is told what is left",
    async (_, protocol) => {
      const { product, order } = system;
      const productId = await product.add({ inStock: UNITS });
      const sessionManager = new Http2SessionManager(order.url);
      const orders = createClient(OrderService, protocol({ baseUrl: order.url, httpVersion: "2", sessionManager }));
      const outcomes = await Promise.all(
        Array.from({ length: CLIENTS }, (__, index) => buy(orders, productId, index % 2 === 0)),
      );
      sessionManager.abort();
      const bought = outcomes.filter((outcome) => outcome !== SOLD_OUT);
      expect(bought).toHaveLength(UNITS);
      expect(new Set(bought).size).toBe(UNITS);
      expect(await product.stockOf(productId)).toBe(0);
      const stored = (await allOrders(order)).filter(({ lineItems }) => lineItems[0]?.productId === productId);
      expect(stored.map(({ id }) => id).toSorted()).toEqual(bought.toSorted());
      expect(new Set(stored.map(({ state }) => state))).toEqual(new Set([OrderState.CONFIRMED]));
      expect(await discrepancies(order, product.inventory)).toEqual([]);
    },
    120_000,
  );
});
