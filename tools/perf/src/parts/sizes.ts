import { inTurns } from "../rounds/rounds.ts";
import { noiseOf, ratioOf, type Summary, summaryOf } from "../rounds/statistics.ts";
import { readScenarios } from "../scenarios/all.ts";
import { ScenarioRunner } from "../scenarios/runner.ts";
import type { Stage } from "../stage/stage.ts";
import type { Budget, Progress } from "../targets/target.ts";

/** The latency of one read at one size. */
export interface SizedRead {
  readonly rows: number;
  /** The median of one caller's calls, in milliseconds, over the rounds. */
  readonly p50: Summary;
  /** By that of the smallest size, round by round. */
  readonly ratio: Summary;
}

/** One read at each size. */
export interface ReadBySize {
  readonly scenario: string;
  readonly sizes: readonly SizedRead[];
  readonly noise: number;
}

/**
 * Each read by one caller, at each size in turn: what a call costs, and nothing of what calls cost each other.
 *
 * @param sizes how many products and orders there are; the smallest first
 */
export async function measureSizes(
  stage: Stage,
  sizes: readonly number[],
  budget: Budget,
  progress: Progress,
): Promise<ReadBySize[]> {
  const shops = [];
  for (const rows of sizes) shops.push(await stage.shop(rows, { show: (_, text) => progress.show(0, text) }));
  await stage.servers.pin();
  const scenarios = readScenarios(stage.servers.redis);
  const results: ReadBySize[] = [];
  for (const [index, scenario] of scenarios.entries()) {
    const subjects = await Promise.all(
      shops.map(async (shop) => {
        const runner = await ScenarioRunner.prepare(scenario, shop, "json");
        const run = async (seconds: number): Promise<number> =>
          (await runner.closed(1, seconds)).latencies.percentile(50);
        return { name: String(shop.products), run };
      }),
    );
    const rounds = await inTurns(subjects, budget, {
      show: (share, text) => progress.show((index + share) / scenarios.length, `${scenario.name} at ${text}`),
    });
    const base = rounds.get(String(sizes[0])) ?? [];
    const series = sizes.map((rows) => ({ rows, values: rounds.get(String(rows)) ?? [] }));
    results.push({
      scenario: scenario.name,
      noise: noiseOf(...series.map(({ values }) => values)),
      sizes: series.map(({ rows, values }) => ({ rows, p50: summaryOf(values), ratio: ratioOf(values, base) })),
    });
  }
  return results;
}
