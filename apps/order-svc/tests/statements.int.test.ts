import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Order, OrderService, OrderView } from "@skyport/proto";
import { createWiretap, documentedTrips, tripsOnceWarm, type Wiretap } from "@skyport/testing";
import { reasonOf } from "./support/failure.ts";
import { broken } from "./support/faults.ts";
import { type Lab, openLab, ordered, untilCached } from "./support/lab.ts";
import { type OrderServer, startOrderServer } from "./support/order-server.ts";
import { BOTH_SERVICES } from "./support/pins-of-both.ts";
import { tripsIn } from "./support/statement-names.ts";

/** One round trip each, joined by "+" where statements travel together. */
const WRITTEN_DOWN = ["begin + xid", "insert intention + insert order + commit"];
const CLOSED = "begin + xid + lock order + close intention";
const CONFIRMED = [CLOSED, "set state + commit"];
const RELEASED = [CLOSED, "commit"];
const LOOKED_UP = ["find intention of request + find answer"];

/** What calls are made to. */
interface Stage {
  readonly lab: Lab;
  readonly server: OrderServer;
  /** A product that is there for all. */
  readonly productId: string;
}

const answered = randomUUID();
const subject = ({ server, productId }: Stage): Promise<Order> => ordered(server, productId, 1);
const lines = ({ productId }: Stage, quantity: number) => [{ productId, quantity }];

/** A call's name, its round trips, and the call, for an order that was made just before. */
type Pin = readonly [string, readonly string[], (stage: Stage, made: Order) => Promise<unknown>];

/** Every RPC but GetOrder, whose statements are those of both services. */
const PINS: readonly Pin[] = [
  ["CreateOrder", [...WRITTEN_DOWN, ...CONFIRMED], (stage) => subject(stage)],
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
    ({ server, productId }) => ordered(server, productId, 1, randomUUID()),
  ],
  ["CreateOrder, a repeat", LOOKED_UP, ({ server, productId }) => ordered(server, productId, 1, answered)],
  [
    "CreateOrder that is OUT_OF_STOCK",
    [...WRITTEN_DOWN, CLOSED, "delete order + commit"],
    ({ lab, server }) => reasonOf(ordered(server, lab.add(0), 1)),
  ],
  [
    "CreateOrder whose outcome stays open",
    [...WRITTEN_DOWN, "hand over"],
    async ({ lab, server, productId }) => {
      lab.stub.onSetReservation = broken;
      await reasonOf(ordered(server, productId, 1));
      lab.stub.heal();
    },
  ],
  [
    "UpdateOrder",
    [
      "begin + xid",
      "lock order + find open intention",
      "insert intention + set generation + commit",
      CLOSED,
      "set line items + commit",
    ],
    (stage, { id }) => stage.server.orders.updateOrder({ order: { id, lineItems: lines(stage, 2) } }),
  ],
  [
    "CancelOrder",
    [
      "begin + xid + lock order + find open intention",
      "insert intention + set generation",
      "set state + commit",
      ...RELEASED,
    ],
    ({ server }, { id }) => server.orders.cancelOrder({ id }),
  ],
  [
    "DeleteOrder",
    [
      "begin + xid + lock order + find open intention",
      "insert intention + set generation",
      "delete order + commit",
      ...RELEASED,
    ],
    ({ server }, { id }) => server.orders.deleteOrder({ id }),
  ],
  ["ListOrders, BASIC", ["list orders"], ({ server }) => server.orders.listOrders({ pageSize: 10 })],
  [
    "ListOrders, FULL",
    ["list orders"],
    ({ server }) => server.orders.listOrders({ pageSize: 10, view: OrderView.FULL }),
  ],
  ["ListOpenIntentions", ["list open intentions"], ({ server }) => server.orders.listOpenIntentions({})],
];

const ALL: readonly (readonly [string, readonly string[], ...unknown[]])[] = [...PINS, ...BOTH_SERVICES];

test("every RPC is pinned", () => {
  const pinned = ALL.map(([name]) => name.split(/[ ,]/, 1)[0]);
  expect([...new Set(pinned)].sort()).toEqual(OrderService.methods.map(({ name }) => name).sort());
});

test("docs/statements.md tells the same", async () => {
  const page = new URL("../../../docs/statements.md", import.meta.url);
  expect(await documentedTrips(page, "order-svc")).toEqual(ALL.map(([name, trips]) => [name, ...trips]));
});

describe("the statements of each RPC, one round trip a line", () => {
  let stage: Stage;
  let tap: Wiretap;

  beforeAll(async () => {
    const lab = await openLab("the in-process cache");
    tap = await createWiretap(lab.places.databaseUrl);
    const places = { ...lab.places, databaseUrl: tap.url, databaseDirectUrl: lab.places.databaseUrl };
    // Nothing else runs beside the calls.
    const server = await startOrderServer(places, { pollMs: Number.POSITIVE_INFINITY });
    stage = { lab, server, productId: lab.add(1_000_000) };
    // Connections are made and statements prepared before anything is counted.
    for (let round = 0; round < 3; round++) for (const [, , call] of PINS) await call(stage, await subject(stage));
    await untilCached(lab.database, server, (await subject(stage)).id);
  });
  afterAll(async () => {
    await stage.server.close();
    await tap[Symbol.asyncDispose]();
    await stage.lab.close();
  });

  test.each(PINS)("%s: %p", async (_, expected, call) => {
    await ordered(stage.server, stage.productId, 1, answered);
    const trips = await tripsOnceWarm(expected, async () => {
      const made = await subject(stage);
      tap.clear();
      await call(stage, made);
      return tripsIn(tap);
    });
    expect(trips).toEqual(expected);
  });
});
