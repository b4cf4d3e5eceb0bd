import { describe, expect, test } from "@jest/globals";
import type { Caller } from "./caller.ts";
import { paced } from "./paced.ts";

const CALL = { path: "/a", body: Buffer.alloc(0) };

function callerOf(call: Caller["call"]): Caller {
  return { call, [Symbol.asyncDispose]: async () => undefined };
}

describe("a fixed rate", () => {
  test("makes each call, however slow the first one is, and counts the wait of those behind it", async () => {
    const stalled = Promise.withResolvers<void>();
    let made = 0;
    const result = paced(
      callerOf(async () => {
        made += 1;
        if (made === 100) stalled.resolve();
        // Nobody is answered before everybody has called: what a stalled server looks like.
        await stalled.promise;
      }),
      [CALL],
      1_000,
      0.1,
    );
    const { calls, failed, latencies } = await result;
    expect({ calls, failed }).toEqual({ calls: 100, failed: 0 });
    // The first call has waited for the last one to be due.
    expect(latencies.percentile(100)).toBeGreaterThanOrEqual(98);
    expect(latencies.percentile(50)).toBeGreaterThan(10);
  });

  test("tells failures", async () => {
    const result = await paced(
      callerOf(() => Promise.reject(new Error("no"))),
      [CALL],
      1_000,
      0.01,
    );
    expect(result).toMatchObject({ calls: 0, failed: 10, firstFailure: "no" });
  });
});
