import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Order, OrderView } from "@skyport/proto";
import { createWiretap, eventually, namedTrips, sharedPostgres, type Wiretap } from "@skyport/testing";
import { reasonOf } from "./support/failure.ts";
import { broken } from "./support/faults.ts";
import { type Lab, openLab, ordered, untilCached } from "./support/lab.ts";
import { type OrderServer, orderIn, startOrderServer } from "./support/order-server.ts";
import { startProductServer } from "./support/product-server.ts";
import { tripsIn } from "./support/statement-names.ts";

/** One round trip each, joined by "+" where statements travel together. */
const WRITTEN_DOWN = ["begin + xid", "insert intention + insert order + commit"];
const CLOSED = "begin + xid + lock order + close intention";
const CONFIRMED = [CLOSED, "set state + commit"];
const RELEASED = [CLOSED, "commit"];
const LOOKED_UP = ["find intention of request + find answer"];

describe("the statements of each RPC, one round trip a line", () => {
  let lab: Lab;
  let tap: Wiretap;
  let server: OrderServer;
  let id: string;

  beforeAll(async () => {
    lab = await openLab("the in-process cache");
    tap = await createWiretap(lab.places.databaseUrl);
    const places = { ...lab.places, databaseUrl: tap.url, databaseDirectUrl: lab.places.databaseUrl };
    // Nothing else runs beside the calls.
    server = await startOrderServer(places, { pollMs: Number.POSITIVE_INFINITY });
    id = lab.add(1_000_000);
    // Connections are made and statements prepared before anything is counted.
    for (let round = 0; round < 3; round++) for (const [, , call] of calls) await call(await subject());
    await untilCached(lab.database, server, (await subject()).id);
  });
  afterAll(async () => {
    await server.close();
    await tap[Symbol.asyncDispose]();
    await lab.close();
  });

  const subject = (): Promise<Order> => ordered(server, id, 1);
  const lines = (quantity: number) => [{ productId: id, quantity }];
  const answered = randomUUID();

  async function tripsOf(call: () => Promise<unknown>): Promise<string[]> {
    tap.clear();
    await call();
    return tripsIn(tap);
  }

  const calls: readonly (readonly [string, readonly string[], (made: Order) => Promise<unknown>])[] = [
    ["CreateOrder", [...WRITTEN_DOWN, ...CONFIRMED], () => subject()],
    [
      "CreateOrder with a request id",
      [
        ...LOOKED_UP,
        "begin + xid + lock request + find answer + find intention of request + find answer",
        "insert intention + insert order + commit",
        CLOSED,
        "set state",
        "keep answer + commit",
      ],
      () => ordered(server, id, 1, randomUUID()),
    ],
    ["CreateOrder, a repeat", LOOKED_UP, () => ordered(server, id, 1, answered)],
    [
      "UpdateOrder",
      [
        "begin + xid",
        "lock order + find open intention",
        "insert intention + set generation + commit",
        CLOSED,
        "set line items + commit",
      ],
      (made) => server.orders.updateOrder({ order: { id: made.id, lineItems: lines(2) } }),
    ],
    [
      "CancelOrder",
      [
        "begin + xid + lock order + find open intention",
        "insert intention + set generation",
        "set state + commit",
        ...RELEASED,
      ],
      (made) => server.orders.cancelOrder({ id: made.id }),
    ],
    [
      "DeleteOrder",
      [
        "begin + xid + lock order + find open intention",
        "insert intention + set generation",
        "delete order + commit",
        ...RELEASED,
      ],
      (made) => server.orders.deleteOrder({ id: made.id }),
    ],
    ["ListOrders, BASIC", ["list orders"], () => server.orders.listOrders({ pageSize: 10 })],
    ["ListOrders, FULL", ["list orders"], () => server.orders.listOrders({ pageSize: 10, view: OrderView.FULL })],
    ["ListOpenIntentions", ["list open intentions"], () => server.orders.listOpenIntentions({})],
    ["GetOrder, cached", [], (made) => server.orders.getOrder({ id: made.id })],
  ];

  test.each(calls)("%s: %p", async (_, expected, call) => {
    await ordered(server, id, 1, answered);
    const made = await subject();
    expect(await tripsOf(() => call(made))).toEqual(expected);
  });

  test("CreateOrder that is OUT_OF_STOCK: the refusal, kept, takes the order with it", async () => {
    const none = lab.add(0);
    expect(await tripsOf(() => reasonOf(ordered(server, none, 1)))).toEqual([
      ...WRITTEN_DOWN,
      CLOSED,
      "delete order + commit",
    ]);
  });

  test("CreateOrder whose outcome stays open: one statement hands it over", async () => {
    lab.stub.onSetReservation = broken;
    expect(await tripsOf(() => reasonOf(ordered(server, id, 1)))).toEqual([...WRITTEN_DOWN, "hand over"]);
    lab.stub.heal();
  });
});

test("GetOrder in FULL view: two statements in two services when it is cold, none when it is hot", async () => {
  await using own = new AsyncDisposableStack();
  const postgres = own.use(await sharedPostgres());
  const [ordersUrl, productsUrl] = [await postgres.createDatabase(), await postgres.createDatabase()];
  const orders = own.use(await createWiretap(ordersUrl));
  const products = own.use(await createWiretap(productsUrl));
  const product = own.use(await startProductServer({ databaseUrl: products.url, databaseDirectUrl: productsUrl }));
  const places = {
    databaseUrl: orders.url,
    databaseDirectUrl: ordersUrl,
    redisUrl: undefined,
    productServiceUrl: product.url,
  };
  const times = { pollMs: Number.POSITIVE_INFINITY };
  const first = await startOrderServer(places, times);
  const ids = [await product.add(), await product.add(), await product.add()];
  const lineItems = ids.map((productId) => ({ productId, quantity: 1 }));
  const { id } = orderIn(await first.orders.createOrder({ order: { lineItems } }));
  // Both caches live in their processes: new processes know nothing.
  await first.close();
  await product.kill();
  await product.revive();
  const server = own.use(await startOrderServer(places, times));
  const counted = async (): Promise<readonly [readonly string[], readonly string[]]> => {
    orders.clear();
    products.clear();
    const { order, unreachable } = await server.orders.getOrder({ id });
    expect([order?.lineItems.map((item) => item.product?.id), unreachable]).toEqual([ids, []]);
    return [tripsIn(orders), namedTrips(products, [])];
  };
  expect(await counted()).toEqual([["find orders"], [expect.stringMatching(/^select .*products/i)]]);
  // Both caches keep nothing in their first seconds.
  await eventually(async () => expect(await counted()).toEqual([[], []]), { withinMs: 30_000, everyMs: 100 });
}, 90_000);
