import type { LoadPlan } from "./plan.ts";
import type { Point } from "./points.ts";
import type { SubjectDescription } from "./subjects.ts";

/** What a working process is told at its start, and between rounds when it is to drive something else. */
export interface WorkerConfig {
  /** Its name in the history. */
  readonly process: string;
  readonly seed: number;
  readonly subject: SubjectDescription;
  /** How long one call of the subject may take, in milliseconds. */
  readonly deadlineMs: number;
}

/** From the parent. `start` and `burst` are answered by `progress` now and then, and by `report` at the end. */
export type ToWorker =
  | { readonly type: "configure"; readonly config: WorkerConfig }
  | { readonly type: "start"; readonly round: number; readonly plan: LoadPlan; readonly journal: string }
  | { readonly type: "stop" }
  | {
      readonly type: "burst";
      readonly round: number;
      readonly key: string;
      readonly reads: number;
      readonly journal: string;
    }
  | { readonly type: "kill-at"; readonly point: Point };

export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "report"; readonly report: WorkerReport }
  | { readonly type: "failed"; readonly message: string };

/** What a process did in a round so far. */
export interface Progress {
  /** Checked reads: each key of a batch is one. */
  readonly reads: number;
  /** Writes that were acknowledged. */
  readonly acknowledged: number;
  /** Calls that failed or were refused. */
  readonly failed: number;
  /** The subject's counts in this round. */
  readonly counts: Readonly<Record<string, number>>;
}

/** What a process did in a round. Times in milliseconds. */
export interface WorkerReport extends Progress {
  readonly process: string;
  readonly round: number;
  /** Writes that did nothing, because their condition was not met. */
  readonly missed: number;
  /** Failed calls by their reason, reads and writes apart: `read UNAVAILABLE`. */
  readonly errors: Readonly<Record<string, number>>;
  readonly longestReadMs: number;
  readonly longestWriteMs: number;
  /** Calls that took longer than their deadline and a margin. */
  readonly hung: number;
  /** Calls that had not ended when the round was closed, long after their deadline; they are `hung` too. */
  readonly stuck: number;
}
