import type { Options } from "../args.ts";
import type { FlowMeasured } from "../flow/measure-flow.ts";
import type { Part } from "../report/document.ts";
import type { Stage } from "../stage/stage.ts";
import type { Progress } from "../targets/target.ts";
import type { ReadBySize } from "./sizes.ts";

/** What parts have found that the targets are judged by. */
export interface Found {
  flow?: FlowMeasured;
  sizes?: readonly ReadBySize[];
}

/** One part of a run. */
export interface PartRunner {
  readonly id: string;
  /** How long it takes in the full run, in minutes, for the progress. */
  readonly minutes: number;
  run(stage: Stage, options: Options, found: Found, progress: Progress): Promise<Part>;
}
