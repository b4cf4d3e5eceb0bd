import { type FlowMeasured, type FlowPlan, measureFlow } from "../flow/measure-flow.ts";
import { measureSizes, type ReadBySize } from "../parts/sizes.ts";
import { rowsName } from "../report/numbers.ts";
import type { Stage } from "../stage/stage.ts";
import { FLAT, judgeFlow, judgeSizes, NAIVE_GROWTH, SIZE_GROWTH } from "./judge.ts";
import type { Target } from "./target.ts";

/** The exercise's question. @param measured what was found already, in a longer run; undefined: it is measured now */
export function flowTarget(stage: Stage, plan: FlowPlan, measured?: FlowMeasured): Target {
  return {
    name: "p95 of the exercise's flow, last part of the run / first",
    wanted: `<= ${FLAT}, naive >= ${NAIVE_GROWTH}`,
    measure: async (_, progress) => judgeFlow(measured ?? (await measureFlow(stage, plan, progress))),
  };
}

/** Flatness over the size of the data. @param measured as above */
export function sizesTarget(stage: Stage, sizes: readonly number[], measured?: readonly ReadBySize[]): Target {
  const [least = 0, most = least] = [sizes[0], sizes.at(-1)];
  return {
    name: `median of each read at ${rowsName(most)} rows / at ${rowsName(least)}, the worst`,
    wanted: `<= ${SIZE_GROWTH}`,
    measure: async (budget, progress) =>
      judgeSizes(
        measured ?? (await measureSizes(stage, sizes, { ...budget, seconds: 0.4, warmUpSeconds: 0.3 }, progress)),
      ),
  };
}
