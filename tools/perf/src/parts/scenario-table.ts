import type { Latencies } from "../load/latencies.ts";
import type { LoadResult } from "../load/load-result.ts";
import type { Protocol } from "../load/prepared-call.ts";
import { inTurns, type Subject } from "../rounds/rounds.ts";
import { median, noiseOf, type Summary, summaryOf } from "../rounds/statistics.ts";
import { allScenarios } from "../scenarios/all.ts";
import { ScenarioRunner } from "../scenarios/runner.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { Stage } from "../stage/stage.ts";
import type { Budget, Progress } from "../targets/target.ts";

export const PROTOCOLS: readonly Protocol[] = ["json", "binary", "grpc"];

/** One scenario in one protocol, in a closed loop. */
export interface Throughput {
  readonly protocol: Protocol;
  readonly perSecond: Summary;
  readonly noise: number;
  /** The generator had no time left in some round: the service could do more. */
  readonly isGeneratorBound: boolean;
}

/** Latency at a fixed rate, in milliseconds; counted from when each call was due. */
export interface FixedRate {
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly noise: number;
  /** Every latency, as HdrHistogram's compressed form in base64. */
  readonly histogram: string;
}

export interface ScenarioResult {
  readonly scenario: string;
  readonly throughput: readonly Throughput[];
  /** Connect JSON; undefined where a round is a number of calls. */
  readonly fixed: FixedRate | undefined;
}

const CLIENTS = 16;
/** The fixed rate by what a closed loop reaches: busy, and with room for what comes in bursts. */
const LOAD = 0.5;
const BOUND = 0.95;

/** Every scenario in every protocol, one scenario after the other, its protocols in turns. */
export async function measureScenarios(
  stage: Stage,
  rows: number,
  budget: Budget,
  progress: Progress,
): Promise<ScenarioResult[]> {
  const shop = await stage.shop(rows, { show: (_, text) => progress.show(0, text) });
  await stage.servers.pin();
  const scenarios = allScenarios(stage.servers.redis);
  const results: ScenarioResult[] = [];
  for (const [index, scenario] of scenarios.entries()) {
    const show = (share: number, text: string): void =>
      progress.show((index + share) / scenarios.length, `${scenario.name}, ${text}`);
    const runners = new Map<Protocol, ScenarioRunner>();
    for (const protocol of PROTOCOLS) {
      runners.set(protocol, await ScenarioRunner.prepare(scenario, shop, protocol));
    }
    const subjects = [...runners].map(([protocol, runner]): Subject<LoadResult> => {
      return { name: protocol, run: (seconds) => runner.closed(CLIENTS, seconds) };
    });
    const rounds = await inTurns(subjects, budget, { show: (share, text) => show(share * 0.75, text) });
    const throughput = PROTOCOLS.map((protocol) => throughputOf(protocol, rounds.get(protocol) ?? []));
    const json = runners.get("json");
    const fixed = json === undefined ? undefined : await fixedRate(scenario, json, throughput, budget, show);
    results.push({ scenario: scenario.name, throughput, fixed });
  }
  return results;
}

function throughputOf(protocol: Protocol, rounds: readonly LoadResult[]): Throughput {
  const rates = rounds.map(({ perSecond }) => perSecond);
  const isGeneratorBound = rounds.some(({ generatorShare }) => generatorShare >= BOUND);
  return { protocol, perSecond: summaryOf(rates), noise: noiseOf(rates), isGeneratorBound };
}

async function fixedRate(
  { isOnce }: Scenario,
  runner: ScenarioRunner,
  throughput: readonly Throughput[],
  { rounds, seconds }: Budget,
  show: (share: number, text: string) => void,
): Promise<FixedRate | undefined> {
  const reached = throughput.find(({ protocol }) => protocol === "json")?.perSecond.median ?? 0;
  const perSecond = Math.max(1, Math.round(reached * LOAD));
  if (isOnce === true) return undefined;
  const all: Latencies[] = [];
  for (let round = 1; round <= rounds; round++) {
    show(0.75 + (round / rounds) * 0.25, `${perSecond} a second, round ${round} of ${rounds}`);
    all.push((await runner.fixed(perSecond, seconds)).latencies);
  }
  const middle = (percent: number): number => median(all.map((latencies) => latencies.percentile(percent)));
  const [whole, ...rest] = all;
  const noise = noiseOf(all.map((latencies) => latencies.percentile(95)));
  const figures = { perSecond, p50: middle(50), p95: middle(95), p99: middle(99), noise };
  for (const latencies of rest) whole?.add(latencies);
  return { ...figures, histogram: whole?.encode() ?? "" };
}
