import { HistoryChecker } from "@skyport/testing";
import type { DesignDescription, DesignName } from "../designs/description.ts";
import type { RoundResult, Workers } from "../worker/workers.ts";
import { type AfterKill, afterKilledWriters } from "./killed-writer.ts";
import { COMPARED_LOAD } from "./load.ts";

export interface MeasureOptions {
  /** How long the load is measured. */
  readonly seconds: number;
  /** How many writers are killed. Several: whether a reader comes between the steps of one write is chance. */
  readonly kills: number;
}

/** What a design did under the load. */
export interface Measured {
  readonly design: DesignName;
  /** Checked reads. */
  readonly reads: number;
  readonly readsPerSecond: number;
  /** Acknowledged writes. */
  readonly writes: number;
  /** Calls that failed or were refused. */
  readonly failed: number;
  /** Statements that read rows from the database, for each read of the load. */
  readonly loadsPerRead: number;
  /** Reads older than what had been acknowledged before they started. */
  readonly stale: number;
  /** Reads older than what another read had returned before they started. */
  readonly backward: number;
  /** Violations of any other kind. */
  readonly other: number;
  readonly afterKill: AfterKill;
}

/** A round's operations are held in memory until they are checked. */
const ROUND_MS = 2_000;

/** How many reads a cache must have answered before it is measured: a new one of ours holds nothing for its first seconds. */
const WARM_HITS = 500;

/**
 * Measures the design that the processes drive: under load for that long, and then with writers that die between COMMIT
 * and the rest.
 */
export async function measure(
  workers: Workers,
  subject: DesignDescription,
  { seconds, kills }: MeasureOptions,
): Promise<Measured> {
  const checker = new HistoryChecker({ maxViolations: 1 });
  const sum = { reads: 0, writes: 0, failed: 0, loads: 0, stale: 0, backward: 0, other: 0 };
  const judged = (result: RoundResult) => {
    for (const operation of result.operations) checker.add(operation);
    return checker.check().counts;
  };
  judged(await workers.run(COMPARED_LOAD, ({ counts }) => (counts["hit"] ?? 0) >= WARM_HITS));
  for (let left = seconds * 1_000; left > 0; left -= ROUND_MS) {
    const result = await workers.run(COMPARED_LOAD, Math.min(left, ROUND_MS));
    const { STALE, BACKWARD, PHANTOM, GHOST, CORRUPT } = judged(result);
    const { reads, acknowledged, failed, counts } = result.total;
    sum.reads += reads;
    sum.writes += acknowledged;
    sum.failed += failed;
    sum.loads += counts["load"] ?? 0;
    sum.stale += STALE;
    sum.backward += BACKWARD;
    sum.other += PHANTOM + GHOST + CORRUPT;
  }
  const { loads, ...totals } = sum;
  return {
    design: subject.design,
    ...totals,
    readsPerSecond: sum.reads / seconds,
    loadsPerRead: loads / sum.reads,
    afterKill: await afterKilledWriters(workers, checker, subject.databaseUrl, kills),
  };
}
