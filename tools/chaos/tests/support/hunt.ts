import { HistoryChecker, type Operation, type Violation } from "@skyport/testing";
import type { DesignName } from "../../src/designs/description.ts";
import type { LoadPlan } from "../../src/worker/plan.ts";
import type { Fleet } from "./fleet.ts";

/** Two keys that all processes read and write: races are the rule here. */
export const RACES: LoadPlan = {
  hotKeys: ["hot-1", "hot-2"],
  coldKeys: ["cold-1", "cold-2", "cold-3", "cold-4"],
  readers: 6,
  writers: 2,
};

const ROUND_MS = 400;

export interface Hunt {
  readonly reads: number;
  readonly hits: number;
  /** Acknowledged writes. */
  readonly writes: number;
  /** The first round that showed any, else none. */
  readonly violations: readonly Violation[];
  /** Of the last round. */
  readonly operations: readonly Operation[];
  /** Calls that failed, by reason. */
  readonly errors: Readonly<Record<string, number>>;
}

/** Drives a design, round after round, until a read is wrong or enough was done. */
export async function hunt(
  fleet: Fleet,
  design: DesignName,
  enough: (done: Omit<Hunt, "errors">) => boolean,
): Promise<Hunt> {
  const workers = await fleet.drive(await fleet.describe(design));
  const checker = new HistoryChecker();
  const errors: Record<string, number> = {};
  let done = {
    reads: 0,
    hits: 0,
    writes: 0,
    violations: [] as readonly Violation[],
    operations: [] as readonly Operation[],
  };
  do {
    const { operations, reports, total } = await workers.run(RACES, ROUND_MS);
    for (const operation of operations) checker.add(operation);
    for (const [reason, n] of reports.flatMap((report) => Object.entries(report.errors))) {
      errors[reason] = (errors[reason] ?? 0) + n;
    }
    done = {
      reads: done.reads + total.reads,
      hits: done.hits + (total.counts["hit"] ?? 0),
      writes: done.writes + total.acknowledged,
      violations: checker.check().violations,
      operations,
    };
  } while (done.violations.length === 0 && !enough(done));
  return { ...done, errors };
}
