import { expect, test } from "@jest/globals";
import type { Verdict } from "@skyport/testing";
import { faultNamed } from "../faults/index.ts";
import type { FaultyRound } from "./round.ts";
import { Tally } from "./tally.ts";

const RUN = { seed: 1, instances: 2, workers: 2, tookMs: 1 };

function round(...names: readonly string[]): FaultyRound {
  return {
    result: {
      round: 1,
      operations: [],
      reports: [],
      total: { reads: 10, acknowledged: 2, failed: 0, counts: { repeats: 3 } },
      killed: [],
    },
    faults: names.map(faultNamed),
    hitsRegainedMs: 100,
    recovered: true,
    loads: 4,
    problems: [],
  };
}

function verdict(counts: Partial<Verdict["counts"]>): Verdict {
  const none = { STALE: 0, BACKWARD: 0, PHANTOM: 0, GHOST: 0, CORRUPT: 0 };
  return { reads: 10, writes: 2, unknownWrites: 1, counts: { ...none, ...counts }, violations: [] };
}

test("adds up", () => {
  const tally = new Tally();
  tally.add(round("redis-kill", "worker-kill"), verdict({}));
  tally.add({ ...round("redis-kill"), hitsRegainedMs: 300, problems: ["late"] }, verdict({ STALE: 2, BACKWARD: 1 }));
  expect(tally.report(RUN)).toMatchObject({
    ...RUN,
    rounds: 2,
    reads: 20,
    writes: 4,
    acknowledged: 4,
    unknownWrites: 2,
    repeats: 6,
    loads: 8,
    violations: 3,
    faults: { "redis-kill": { injected: 2, hitsRegainedMs: 300 }, "worker-kill": { injected: 1, hitsRegainedMs: 100 } },
    problems: ["round 1: late"],
  });
});

test("a known limit is told apart, in the round of its fault and of its kind only", () => {
  const tally = new Tally();
  expect(tally.add(round("redis-intents-deleted"), verdict({ BACKWARD: 4 }))).toEqual(new Set(["BACKWARD"]));
  expect(tally.violations).toBe(0);
  tally.add(round("redis-intents-deleted"), verdict({ STALE: 1 }));
  tally.add(round("redis-kill"), verdict({ BACKWARD: 1 }));
  expect(tally.violations).toBe(2);
  expect(tally.report(RUN).knownLimits).toEqual({ "BACKWARD in redis-intents-deleted": 4 });
});
