import { PassThrough } from "node:stream";
import { Code } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { OrderState } from "@skyport/proto";
import type { SeedOptions } from "../src/args.ts";
import { makeOrder } from "../src/orders.ts";
import { makeProduct } from "../src/products.ts";
import { run } from "../src/run.ts";
import { UsageError } from "../src/usage-error.ts";
import { refusal, type StubSystem, startStub, unavailable } from "./stub-system.ts";

async function seed(stub: StubSystem, changes: Partial<SeedOptions> = {}): Promise<string[]> {
  const lines: string[] = [];
  const options = { products: 60, orders: 80, seed: 5, concurrency: 8, productUrl: stub.url, orderUrl: stub.url };
  await run({ ...options, ...changes }, { print: (line) => lines.push(line), progress: silent() });
  return lines;
}

/** A stream that is no terminal and keeps nothing. */
function silent(): NodeJS.WriteStream {
  // Only write and isTTY are used, which a PassThrough has or lacks as a pipe does.
  return new PassThrough().resume() as unknown as NodeJS.WriteStream;
}

describe("seeding", () => {
  test("creates each product and order, and cancels some orders", async () => {
    await using stub = await startStub();
    const lines = await seed(stub);
    expect(stub.products.size).toBe(60);
    expect(stub.products.get(makeProduct(5, 17).id)).toMatchObject({ title: makeProduct(5, 17).title });
    expect(stub.orders.size).toBe(80);
    const made = Array.from({ length: 80 }, (_, index) => makeOrder(5, index, 60));
    const states = made.map(({ requestId }) => stub.orders.get(requestId)?.state);
    expect(states).toEqual(made.map(({ cancelled }) => (cancelled ? OrderState.CANCELLED : OrderState.CONFIRMED)));
    const cancelled = made.filter((order) => order.cancelled).length;
    expect(lines[0]).toMatch(/^seed 5: 60 products to http.*, 80 orders to http/);
    expect(lines[1]).toMatch(/^products: 60 in [\d.]+ s \([\d,]+\/s\): 60 created, 0 existed$/);
    expect(lines[2]).toMatch(new RegExp(`: 80 created \\(${cancelled} of them cancelled\\), 0 existed, 0 refused`));
    expect(lines).toHaveLength(3);
  });

  test("leaves what an earlier run has made", async () => {
    await using stub = await startStub();
    await seed(stub);
    const lines = await seed(stub, { orders: 90 });
    expect(lines[1]).toContain("0 created, 60 existed");
    expect(lines[2]).toContain("80 existed");
    expect(lines[2]).toMatch(/: 10 created/);
    expect(stub.orders.size).toBe(90);
  });

  test("repeats what a service was away for, and says how often", async () => {
    await using stub = await startStub();
    const seen = new Map<string, number>();
    stub.fault = (method) => {
      const times = (seen.get(method) ?? 0) + 1;
      seen.set(method, times);
      if (times % 5 === 1) throw unavailable();
    };
    const lines = await seed(stub, { products: 10, orders: 10 });
    expect(stub.products.size).toBe(10);
    expect(stub.orders.size).toBe(10);
    expect(lines.at(-1)).toMatch(/^retries: [1-9]/);
  });

  test("repeats what a connection was broken for: no service has failed it", async () => {
    await using stub = await startStub();
    const seen = new Map<string, number>();
    stub.fault = (method) => {
      const times = (seen.get(method) ?? 0) + 1;
      seen.set(method, times);
      if (times === 3) stub.breakConnections();
    };
    const lines = await seed(stub, { products: 10, orders: 10, concurrency: 1 });
    expect(stub.products.size).toBe(10);
    expect(stub.orders.size).toBe(10);
    expect(lines.at(-1)).toMatch(/^retries: [1-9]/);
  });

  test("counts orders that are refused for want of stock", async () => {
    await using stub = await startStub();
    let calls = 0;
    stub.fault = (method) => {
      if (method === "createOrder" && ++calls <= 3) throw refusal(Code.FailedPrecondition, "OUT_OF_STOCK");
    };
    const lines = await seed(stub);
    expect(lines[2]).toMatch(/: 77 created .* 0 existed, 3 refused for want of stock$/);
  });

  test("stops at any other error", async () => {
    await using stub = await startStub();
    stub.fault = () => {
      throw refusal(Code.Internal, "INTERNAL");
    };
    await expect(seed(stub)).rejects.toMatchObject({ code: Code.Internal });
    expect(stub.products.size).toBe(0);
  });

  test("does products alone, or nothing", async () => {
    await using stub = await startStub();
    expect(await seed(stub, { orders: 0 })).toHaveLength(2);
    expect(await seed(stub, { products: 0, orders: 0 })).toHaveLength(1);
    expect(stub.orders.size).toBe(0);
  });

  test("says in one line which service does not answer", async () => {
    await using stub = await startStub();
    // Nothing listens on the discard port of the loopback.
    const refused = seed(stub, { orderUrl: "http://127.0.0.1:9" });
    await expect(refused).rejects.toBeInstanceOf(UsageError);
    await expect(refused).rejects.toThrow(/^order-svc does not answer at http:\/\/127.0.0.1:9 \(.*\); .*npm start/);
  });
});
