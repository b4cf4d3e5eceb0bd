import { HistoryChecker } from "@skyport/testing";
import type { FaultKind } from "../faults/fault.ts";
import { FAULTS } from "../faults/index.ts";
import type { LoadPlan } from "../worker/plan.ts";
import { Random } from "../worker/random.ts";
import { Workers } from "../worker/workers.ts";
import { keepEvidence } from "./evidence.ts";
import { HitProbe } from "./hit-probe.ts";
import { runRound } from "./round.ts";
import { Schedule } from "./schedule.ts";
import { type ChaosReport, Tally } from "./tally.ts";
import { Topology } from "./topology.ts";

export interface ChaosOptions {
  readonly seed: number;
  readonly instances: number;
  readonly workers: number;
  /** The project's root. */
  readonly root: string;
  /** Takes the services' logs, and the histories of violations. */
  readonly folder: string;
  /** New rounds begin until then, in milliseconds from the first one. */
  readonly durationMs: number;
  /** The first rounds; random ones follow. Default none. */
  readonly first?: readonly (readonly FaultKind[])[];
  /** How many products a batch reads. Default 20. */
  readonly batchSize?: number;
  readonly onProgress?: (progress: ChaosProgress) => void;
  readonly signal?: AbortSignal;
}

export interface ChaosProgress {
  readonly elapsedMs: number;
  readonly reads: number;
  readonly faults: number;
  readonly violations: number;
  /** What happens now. */
  readonly now: string;
}

/** Few keys, so that readers and writers of all processes meet; and some that are read and written now and then. */
const HOT_KEYS = 4;
const COLD_KEYS = 200;
const DEADLINE_MS = 3_000;
/** Hits must be served before the first fault, or it breaks nothing. */
const WARM_WITHIN_MS = 20_000;

function plan(batchSize: number): LoadPlan {
  const keys = (name: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${name}-${n + 1}`);
  return {
    hotKeys: keys("hot", HOT_KEYS),
    coldKeys: keys("cold", COLD_KEYS),
    readers: 3,
    writers: 4,
    hotShare: 0.7,
    batchShare: 0.5,
    batchSize,
    removeShare: 0.15,
    readPauseMs: 6,
    writePauseMs: 10,
  };
}

/** Rounds of load and faults over real services, each judged by the checker. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, folder, root, signal } = options;
  await using topology = await Topology.start({ instances: options.instances, root, folder });
  await using workers = await Workers.start({
    count: options.workers,
    seed,
    deadlineMs: DEADLINE_MS,
    subject: { kind: "service", urls: topology.instances.map(({ url }) => url) },
  });
  using probe = await HitProbe.create(topology);
  await probe.regained(WARM_WITHIN_MS);
  const checker = new HistoryChecker();
  const random = new Random(seed, "faults");
  const schedule = new Schedule(FAULTS, random);
  const first = [...(options.first ?? [])];
  const tally = new Tally();
  const start = performance.now();
  const elapsed = (): number => performance.now() - start;
  while (signal?.aborted !== true && (first.length > 0 || elapsed() < options.durationMs)) {
    const kinds = first.shift() ?? schedule.next();
    const tell = (reads: number): void =>
      options.onProgress?.({
        elapsedMs: elapsed(),
        reads: tally.reads + reads,
        faults: tally.injected,
        violations: tally.violations,
        now: kinds.map(({ name }) => name).join(" + "),
      });
    tell(0);
    const onProgress = ({ reads }: { readonly reads: number }): void => tell(reads);
    const round = await runRound({ topology, workers }, probe, {
      kinds,
      plan: plan(options.batchSize ?? 20),
      random,
      onProgress,
    });
    for (const operation of round.result.operations) checker.add(operation);
    const verdict = checker.check();
    const limits = tally.add(round, verdict);
    const found = verdict.violations.filter(({ kind }) => !limits.has(kind));
    if (found.length > 0) tally.found(keepEvidence(folder, seed, round, found));
    tell(0);
    if (!round.recovered) break;
  }
  const { instances, workers: count } = options;
  return tally.report({ seed, instances, workers: count, tookMs: elapsed() });
}
