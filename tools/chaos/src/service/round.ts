import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { type Fault, type FaultKind, HEALING_ORDER, type World } from "../faults/fault.ts";
import type { Progress } from "../worker/messages.ts";
import type { LoadPlan } from "../worker/plan.ts";
import type { Random } from "../worker/random.ts";
import type { RoundResult } from "../worker/workers.ts";
import type { HitProbe } from "./hit-probe.ts";
import { LoadCount } from "./load-count.ts";

/** How long the load runs before the faults and after the recovery, in milliseconds. */
const BEFORE_MS = 300;
const AFTER_MS = 500;
/** How far apart two faults begin, at most. */
const APART_MS = 400;

/**
 * The time that hits may take to come back: the quarantine of an empty cache (5 s), and a recovery, whose parts are
 * connects with growing pauses (2 s and more), leases (2 s) and intents (5 s) of those who died.
 */
const HITS_WITHIN_MS = 20_000;

export interface RoundOptions {
  readonly kinds: readonly FaultKind[];
  readonly plan: LoadPlan;
  readonly random: Random;
  readonly onProgress?: (progress: Progress) => void;
}

/** What a round with faults has shown, before its history is judged. */
export interface FaultyRound {
  readonly result: RoundResult;
  readonly faults: readonly FaultKind[];
  /** Milliseconds from the end of the healing until every instance has served a hit. */
  readonly hitsRegainedMs: number;
  /** Whether everything was well again: if not, there is nothing to break in a next round. */
  readonly recovered: boolean;
  /** Queries that loaded rows into the cache, or past it. */
  readonly loads: number;
  /** What went wrong beside the history, a line each. */
  readonly problems: readonly string[];
}

const PROGRESS_MS = 100;

/** One round: load, faults in the middle of it, healing, recovery, and a while with everything well. */
export async function runRound(world: World, probe: HitProbe, options: RoundOptions): Promise<FaultyRound> {
  const { topology, workers } = world;
  const { kinds, plan, random } = options;
  const problems: string[] = [];
  await workers.restart();
  const loads = new LoadCount(() => topology.admin.loads());
  await loads.start();
  const running = workers.begin(plan);
  const timer = setInterval(() => {
    options.onProgress?.(running.progress());
    void loads.look();
  }, PROGRESS_MS);
  let happened: readonly Happened[] = [];
  let hitsRegainedMs = Number.NaN;
  let recovered = false;
  try {
    await sleep(BEFORE_MS);
    happened = await happen(world, kinds, random);
    await topology.ready();
    hitsRegainedMs = await probe.regained(HITS_WITHIN_MS);
    await sleep(AFTER_MS);
    recovered = true;
  } catch (error) {
    problems.push(inspect(error));
  } finally {
    clearInterval(timer);
  }
  const result = await running.end();
  await loads.look();
  for (const { process } of topology.instances) {
    if (process.surprise !== undefined) problems.push(`${process.plan.name} has ended by itself: ${process.surprise}`);
  }
  problems.push(...lateCalls(world, result, happened));
  for (const report of result.reports) {
    if (report.hung > 0) problems.push(`${report.hung} calls of ${report.process} outlived their deadline`);
  }
  const faults = happened.map(({ kind }) => kind);
  return { result, faults, hitsRegainedMs, recovered, loads: loads.total, problems };
}

/** What has been injected. */
interface Happened {
  readonly kind: FaultKind;
  readonly fault: Fault;
}

/** Links first: a link to a server that is away has no connections to break. */
function byInjection(a: FaultKind, b: FaultKind): number {
  return Number(b.healing === "links") - Number(a.healing === "links");
}

/** Injects the faults, holds them together, and heals them. Of two that meet at one target the second is left out. */
async function happen(world: World, kinds: readonly FaultKind[], random: Random): Promise<readonly Happened[]> {
  const happened: Happened[] = [];
  try {
    for (const kind of kinds.toSorted(byInjection)) {
      const fault = kind.create(world, random);
      if (happened.some((other) => other.fault.target === fault.target)) continue;
      if (happened.length > 0) await sleep(random.next() * APART_MS);
      happened.push({ kind, fault });
      await fault.inject();
    }
    await sleep(Math.max(...happened.map(({ fault }) => fault.holdMs)));
  } finally {
    for (const healing of HEALING_ORDER) {
      for (const { kind, fault } of happened) if (kind.healing === healing) await fault.heal();
    }
  }
  return happened;
}

/** Calls that an instance has left without an answer long after their deadline, although nothing stopped it. */
function lateCalls({ topology }: World, result: RoundResult, happened: readonly Happened[]): string[] {
  const silent = new Set(happened.flatMap(({ fault }) => fault.silent ?? []));
  return topology.instances.flatMap(({ name, url }) => {
    const late = result.total.counts[`late ${url}`] ?? 0;
    return late === 0 || silent.has(name) ? [] : [`${name} has not answered ${late} calls by their deadline`];
  });
}
