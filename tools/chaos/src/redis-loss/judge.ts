import { percentile, quickAgainMs, type Sample, type Slice, slicesAround } from "./samples.ts";
import type { Observed } from "./scenario.ts";

/** What the loss of Redis has cost. Times in milliseconds. */
export interface RedisLossReport {
  readonly seed: number;
  readonly instances: number;
  readonly readsPerSecond: number;
  /** Reads that no cache helps. */
  readonly cold: { readonly p50: number; readonly p99: number };
  /** Before the loss. */
  readonly cached: { readonly p50: number; readonly p99: number };
  readonly aroundKill: readonly Slice[];
  readonly aroundReturn: readonly Slice[];
  /** From the kill, and from the return, until p99 is below a cold read's; undefined: not while it was watched. */
  readonly quickAfterKillMs: number | undefined;
  readonly quickAfterReturnMs: number | undefined;
  /** Reads that failed, by reason. */
  readonly failedReads: Readonly<Record<string, number>>;
  readonly failedWrites: Readonly<Record<string, number>>;
  /** Of these, how many were CACHE_UNAVAILABLE with RetryInfo, and nothing changed. */
  readonly refusedInOrder: number;
  /** From the moment that Redis takes connections until the first write that was acknowledged was sent, and until its answer. */
  readonly firstWriteSentMs: number | undefined;
  readonly firstWriteMs: number | undefined;
  /** What was promised and did not hold. */
  readonly broken: readonly string[];
}

const SLICE_MS = 100;
const BEFORE_MS = -300;
const AROUND_MS = 1_500;
/** Over how many milliseconds of calls a p99 is taken that is compared with another. */
const WINDOW_MS = 1_000;
/** What is promised. */
const WITHIN_MS = 1_000;

function byFailure(samples: readonly Sample[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { failure } of samples) if (failure !== undefined) counts[failure] = (counts[failure] ?? 0) + 1;
  return counts;
}

function summaryOf(samples: readonly Sample[]): { p50: number; p99: number } {
  const values = samples.map(({ tookMs }) => tookMs);
  return { p50: percentile(values, 0.5), p99: percentile(values, 0.99) };
}

/** What was observed, against what is promised. */
export function judge(observed: Observed, run: Pick<RedisLossReport, "seed" | "instances" | "readsPerSecond">) {
  const { reads, writes, killedAt, returnedAt, endedAt } = observed;
  const cold = summaryOf(observed.cold);
  const around = (moment: number) => slicesAround(reads, moment, BEFORE_MS, AROUND_MS, SLICE_MS);
  const quick = (from: number, to: number) => quickAgainMs(reads, from, cold.p99, WINDOW_MS, to - from);
  const [first] = writes
    .filter(({ at, tookMs, failure }) => failure === undefined && at + tookMs >= returnedAt)
    .sort((a, b) => a.at + a.tookMs - (b.at + b.tookMs));
  const report: Omit<RedisLossReport, "broken"> = {
    ...run,
    cold,
    cached: summaryOf(reads.filter(({ at }) => at < killedAt)),
    aroundKill: around(killedAt),
    aroundReturn: around(returnedAt),
    quickAfterKillMs: quick(killedAt, returnedAt),
    quickAfterReturnMs: quick(returnedAt, endedAt),
    failedReads: byFailure(reads),
    failedWrites: byFailure(writes),
    refusedInOrder: observed.refusedInOrder,
    firstWriteSentMs: first === undefined ? undefined : Math.max(0, first.at - returnedAt),
    firstWriteMs: first === undefined ? undefined : first.at + first.tookMs - returnedAt,
  };
  return { ...report, broken: brokenPromises(report) };
}

function brokenPromises(report: Omit<RedisLossReport, "broken">): readonly string[] {
  const { quickAfterKillMs, firstWriteMs, failedReads, refusedInOrder } = report;
  const failed = Object.values(failedReads).reduce((sum, n) => sum + n, 0);
  return [
    ...(failed > 0 ? [`${failed} reads failed`] : []),
    ...(refusedInOrder === 0 ? ["no write was refused by CACHE_UNAVAILABLE with RetryInfo"] : []),
    ...((quickAfterKillMs ?? Number.POSITIVE_INFINITY) > WITHIN_MS
      ? [`the p99 of reads was not below a cold read's within ${WITHIN_MS} ms of the kill`]
      : []),
    ...((firstWriteMs ?? Number.POSITIVE_INFINITY) > WITHIN_MS
      ? [`no write was acknowledged within ${WITHIN_MS} ms of Redis' return`]
      : []),
  ];
}
