import { describe, expect, test } from "@jest/globals";
import type { FlowMeasured } from "../flow/measure-flow.ts";
import type { FlowTrace } from "../flow/trace.ts";
import type { ReadBySize } from "../parts/sizes.ts";
import { judgeFlow, judgeSizes } from "./judge.ts";

function trace(name: string, first: number, last: number): FlowTrace {
  return { name, first, last, noise: 0.02, seconds: [], flows: 10, products: 1_000, steps: {} };
}

function flow(last: number, naiveLast: number): FlowMeasured {
  return {
    plan: { seconds: 60, clients: 4, warmUpSeconds: 1, standsFor: 600, grows: "steadily" },
    ours: trace("Skyport", 10, last),
    naive: trace("naive", 20, naiveLast),
  };
}

describe("the exercise's question", () => {
  test.each([
    [10.9, 200, true],
    [11.1, 200, false],
    [10.9, 199, false],
  ])("p95 grows from 10 to %d ms, naive's from 20 to %d: %s", (last, naive, met) => {
    const { value, met: judged } = judgeFlow(flow(last, naive));
    expect(judged).toBe(met);
    expect(value).toBeCloseTo(last / 10, 10);
  });
});

describe("cost against size", () => {
  const of = (ratio: number) => ({ median: ratio, least: ratio, most: ratio });
  const read = (scenario: string, ratio: number): ReadBySize => ({
    scenario,
    noise: 0.01,
    sizes: [
      { rows: 1_000, p50: of(1), ratio: of(1) },
      { rows: 1_000_000, p50: of(ratio), ratio: of(ratio) },
    ],
  });

  test("is judged by the worst read", () => {
    const worst = judgeSizes([read("a", 1.05), read("b", 1.3), read("c", 0.9)]);
    expect(worst).toMatchObject({ value: 1.3, met: false });
    expect(worst.detail).toContain("b at 1000000 rows");
    expect(judgeSizes([read("a", 1.2)]).met).toBe(true);
  });

  test("of nothing is not known", () => {
    expect(judgeSizes([]).met).toBeUndefined();
  });
});
