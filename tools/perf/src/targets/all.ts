import type { Options } from "../args.ts";
import { flowShop } from "../flow/measure-flow.ts";
import { microTargets } from "../micro/targets.ts";
import type { Found } from "../parts/part.ts";
import type { Stage } from "../stage/stage.ts";
import { flowTarget, sizesTarget } from "./own.ts";
import type { Budget, Progress, Target } from "./target.ts";

/** The test of twenty minutes in short: five seconds at its beginning, five at its end. */
const QUICK_FLOW = { seconds: 10, warmUpSeconds: 5, standsFor: 1_200, grows: "at once" } as const;

/** How long each thing is measured in a round, by the kind of run. */
export function budgetOf({ mode, rounds }: Pick<Options, "mode" | "rounds">): Budget {
  return mode === "quick" ? { rounds, seconds: 0.5, warmUpSeconds: 0.5 } : { rounds, seconds: 1.5, warmUpSeconds: 1.5 };
}

/** Every promise about speed and size, in the order of the table. @param found what need not be measured again */
export function allTargets(stage: Stage, { clients, sizes, memorySeconds }: Options, found: Found): readonly Target[] {
  return [
    flowTarget(stage, { clients, ...QUICK_FLOW }, found.flow),
    sizesTarget(stage, sizes, found.sizes),
    ...microTargets(memorySeconds),
  ];
}

/** Starts what the targets need all at once: most of it is waiting. */
export async function prepareTargets(
  stage: Stage,
  { sizes }: Options,
  found: Found,
  progress: Progress,
): Promise<void> {
  const silent: Progress = { show: (_, text) => progress.show(0, text) };
  await Promise.all([
    ...(found.flow === undefined ? [flowShop(stage, silent)] : []),
    ...(found.sizes === undefined ? sizes.map((rows) => stage.shop(rows, silent)) : []),
  ]);
}
