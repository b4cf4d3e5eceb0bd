import { measureFlow } from "../flow/measure-flow.ts";
import { overTimePart } from "./over-time.ts";
import type { PartRunner } from "./part.ts";
import { measureSizes } from "./sizes.ts";
import { sizesPart } from "./sizes-part.ts";

/** How long one round of one thing is, in seconds, and how long it is loaded before its first one. */
const ROUND = { seconds: 1, warmUpSeconds: 1 };

const OVER_TIME: PartRunner = {
  id: "over-time",
  minutes: 5,
  async run(stage, { flowSeconds, clients }, found, progress) {
    const plan = { seconds: flowSeconds, clients, warmUpSeconds: 5 };
    found.flow = await measureFlow(stage, plan, progress);
    return overTimePart(found.flow);
  },
};

const SIZES: PartRunner = {
  id: "sizes",
  minutes: 4,
  async run(stage, { sizes, rounds }, found, progress) {
    found.sizes = await measureSizes(stage, sizes, { rounds, ...ROUND }, progress);
    return sizesPart(found.sizes);
  },
};

/** Every part but the targets, in the order of the report. */
export const PART_RUNNERS: readonly PartRunner[] = [OVER_TIME, SIZES];
