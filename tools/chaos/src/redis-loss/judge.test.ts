import { expect, test } from "@jest/globals";
import { judge } from "./judge.ts";
import type { Sample } from "./samples.ts";
import type { Observed } from "./scenario.ts";

const RUN = { seed: 1, instances: 2, readsPerSecond: 100 };
const KILLED = 2_000;
const RETURNED = 6_000;

/** A call every 10 ms from 0 to 10 s. */
function calls(
  tookMs: (at: number) => number,
  failure: (at: number) => string | undefined = () => undefined,
): Sample[] {
  return Array.from({ length: 1_000 }, (_, n) => n * 10).map((at) => ({
    at,
    tookMs: tookMs(at),
    failure: failure(at),
  }));
}

function observed(slowUntil: number, writesFrom: number): Observed {
  return {
    cold: calls(() => 20),
    reads: calls((at) => (at >= KILLED && at < slowUntil ? 250 : 1)),
    writes: calls(
      () => 5,
      (at) => (at >= KILLED && at < writesFrom ? "CACHE_UNAVAILABLE" : undefined),
    ),
    refusedInOrder: 400,
    killedAt: KILLED,
    returnedAt: RETURNED,
    endedAt: 10_000,
  };
}

test("as promised", () => {
  expect(judge(observed(KILLED + 260, RETURNED + 300), RUN)).toMatchObject({
    cold: { p50: 20, p99: 20 },
    cached: { p50: 1, p99: 1 },
    // One call in a hundred may still be slow.
    quickAfterKillMs: 250,
    quickAfterReturnMs: 0,
    failedReads: {},
    firstWriteSentMs: 300,
    firstWriteMs: 305,
    broken: [],
  });
});

test("what is promised and does not hold is told", () => {
  const slow = judge(observed(KILLED + 1_500, RETURNED + 1_500), RUN);
  expect(slow.broken).toHaveLength(2);
  const failing = { ...observed(KILLED, RETURNED), refusedInOrder: 0 };
  const reads = calls(
    () => 1,
    (at) => (at === 3_000 ? "INTERNAL" : undefined),
  );
  const { broken, failedReads } = judge({ ...failing, reads }, RUN);
  expect(failedReads).toEqual({ INTERNAL: 1 });
  expect(broken).toHaveLength(2);
});
