import { HistoryChecker, type Operation, type Violation } from "@skyport/testing";
import type { Arena } from "../../src/compare/arena.ts";
import type { DesignDescription, DesignName } from "../../src/designs/description.ts";
import type { LoadPlan } from "../../src/worker/plan.ts";
import { Workers } from "../../src/worker/workers.ts";

/** Two keys that all processes read and write: races are the rule here. */
export const RACES: LoadPlan = {
  hotKeys: ["hot-1", "hot-2"],
  coldKeys: ["cold-1", "cold-2", "cold-3", "cold-4"],
  readers: 6,
  writers: 2,
};

export const PROCESSES = 3;
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

/** No write of an earlier life of this Redis can be under way: it is new. */
const FRESH: Pick<DesignDescription, "quarantineMs"> = { quarantineMs: 0 };

export async function startWorkers(arena: Arena, design: DesignName, seed: number, count = PROCESSES) {
  const subject = await arena.describe(design, FRESH);
  return { subject, workers: await Workers.start({ count, subject, seed }) };
}

/** Drives a design, round after round, until a read is wrong or enough was done. */
export async function hunt(
  arena: Arena,
  design: DesignName,
  seed: number,
  enough: (done: Omit<Hunt, "errors">) => boolean,
): Promise<Hunt> {
  await using workers = (await startWorkers(arena, design, seed)).workers;
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
