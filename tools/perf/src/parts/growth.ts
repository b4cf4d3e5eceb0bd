import type { LoadResult } from "../load/load-result.ts";
import { inTurns, type Subject } from "../rounds/rounds.ts";
import { median, noiseOf, type Summary, summaryOf } from "../rounds/statistics.ts";
import { HOT_GET, ORDER_FULL } from "../scenarios/reads.ts";
import { ScenarioRunner } from "../scenarios/runner.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { ORDER_SPREAD } from "../scenarios/writes.ts";
import { type Shop, startShop } from "../stage/shop.ts";
import type { Stage } from "../stage/stage.ts";
import { untilCached } from "../stage/warm-up.ts";
import type { Budget, Progress } from "../targets/target.ts";

/** One scenario at each of some numbers, of callers or of processes. */
export interface Growth {
  readonly scenario: string;
  readonly steps: readonly {
    readonly count: number;
    readonly perSecond: Summary;
    readonly p95: number;
    readonly noise: number;
  }[];
}

const SCENARIOS: readonly Scenario[] = [HOT_GET, ORDER_FULL, ORDER_SPREAD];
export const CLIENTS: readonly number[] = [1, 4, 16, 64];
export const PROCESSES: readonly number[] = [1, 2, 4];
/** Enough callers to keep four processes busy. */
const BUSY_CLIENTS = 64;

async function measureGrowth(
  subjectsOf: (scenario: Scenario) => Promise<Subject<LoadResult>[]>,
  counts: readonly number[],
  budget: Budget,
  progress: Progress,
): Promise<Growth[]> {
  const results: Growth[] = [];
  for (const [index, scenario] of SCENARIOS.entries()) {
    const rounds = await inTurns(await subjectsOf(scenario), budget, {
      show: (share, text) => progress.show((index + share) / SCENARIOS.length, `${scenario.name}, ${text}`),
    });
    const steps = counts.map((count) => {
      const own = rounds.get(String(count)) ?? [];
      const rates = own.map(({ perSecond }) => perSecond);
      const p95 = median(own.map(({ latencies }) => latencies.percentile(95)));
      return { count, perSecond: summaryOf(rates), p95, noise: noiseOf(rates) };
    });
    results.push({ scenario: scenario.name, steps });
  }
  return results;
}

/** Cost against the number of callers. */
export async function measureClients(stage: Stage, rows: number, budget: Budget, progress: Progress) {
  const shop = await stage.shop(rows, { show: (_, text) => progress.show(0, text) });
  await stage.servers.pin();
  const subjectsOf = async (scenario: Scenario) => {
    const runner = await ScenarioRunner.prepare(scenario, shop, "json");
    return CLIENTS.map((count) => ({
      name: String(count),
      run: (seconds: number) => runner.closed(count, seconds),
    }));
  };
  return measureGrowth(subjectsOf, CLIENTS, budget, progress);
}

/**
 * Throughput against the number of processes of each service, which share a port (`WORKERS`) and, by Redis, a cache. Everything
 * runs on all cores: on a machine of few, processes have nothing to spread to, and the load takes its part.
 *
 * @throws Error without Redis: processes need a shared cache
 */
export async function measureProcesses(stage: Stage, rows: number, budget: Budget, progress: Progress) {
  const { servers } = stage;
  if (servers.redis === undefined) throw new Error("several processes need a shared cache, and there is no Redis here");
  await using opened = new AsyncDisposableStack();
  const shops = new Map<number, Shop>();
  for (const count of PROCESSES) {
    const env = { WORKERS: String(count) };
    const options = { name: `workers_${count}`, products: rows, orders: rows, folder: stage.folder, env };
    const shop = opened.use(await startShop(servers, options, { show: (_, text) => progress.show(0, text) }));
    await untilCached(shop, stage.log);
    for (const program of [...shop.productServices, ...shop.orderServices]) await program.pin(servers.cores.all);
    shops.set(count, shop);
  }
  await servers.unpin();
  try {
    const subjectsOf = (scenario: Scenario) =>
      Promise.all(
        [...shops].map(async ([count, shop]) => {
          const runner = await ScenarioRunner.prepare(scenario, shop, "json");
          return { name: String(count), run: (seconds: number) => runner.closed(BUSY_CLIENTS, seconds) };
        }),
      );
    return await measureGrowth(subjectsOf, PROCESSES, budget, progress);
  } finally {
    await servers.pin();
  }
}
