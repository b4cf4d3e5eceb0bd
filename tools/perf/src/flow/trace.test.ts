import { describe, expect, test } from "@jest/globals";
import { Latencies } from "../load/latencies.ts";
import { Timeline } from "./timeline.ts";
import { traceOf } from "./trace.ts";

/** A run whose latency in each second is given, in milliseconds. */
function run(...latencies: readonly number[]) {
  const timeline = new Timeline();
  for (const [second, ms] of latencies.entries()) timeline.record(second * 1_000, ms);
  const none = new Latencies();
  const steps = { CreateProduct: none, GetProduct: none, CreateOrder: none, GetOrder: none };
  return { timeline, steps, rounds: 10, seconds: latencies.length };
}

describe("a trace", () => {
  test("compares the beginning of a run with its end", () => {
    const { first, last, flows, noise } = traceOf([run(10, 10, 30, 40, 50, 50)], 2);
    expect(first).toBeCloseTo(10, 1);
    expect(last).toBeCloseTo(50, 1);
    expect(flows).toBe(10);
    expect(noise).toBeCloseTo(0, 2);
  });

  test("of two runs goes on from one to the other", () => {
    const { first, last, seconds, flows, noise } = traceOf([run(10, 11, 99), run(99, 40, 44)], 2);
    expect(first).toBeCloseTo(11, 1);
    expect(last).toBeCloseTo(44, 1);
    expect(seconds.map(({ second }) => second)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(flows).toBe(20);
    expect(noise).toBeCloseTo(0.1, 2);
  });

  test("needs a run", () => {
    expect(() => traceOf([], 1)).toThrow(RangeError);
  });
});
