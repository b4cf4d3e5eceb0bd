import { join } from "node:path";
import type { RedisLossCommand } from "../args.ts";
import { columns, count } from "../format.ts";
import { judge, type RedisLossReport } from "./judge.ts";
import type { Slice } from "./samples.ts";
import { observeRedisLoss } from "./scenario.ts";

const ms = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? "-" : `${value.toFixed(1)} ms`;

function slices(title: string, rows: readonly Slice[]): string {
  const lines = rows.map(({ fromMs, calls, p50, p99 }) => [`${fromMs}`, count(calls), ms(p50), ms(p99)]);
  return columns([[title, "reads", "p50", "p99"], ...lines]);
}

function failures(of: Readonly<Record<string, number>>): string {
  const parts = Object.entries(of).map(([reason, n]) => `${count(n)} ${reason}`);
  return parts.length === 0 ? "none" : parts.join(", ");
}

function summary(report: RedisLossReport): string {
  return [
    `${report.instances} instances, ${count(report.readsPerSecond)} reads a second, seed ${report.seed}`,
    columns([
      ["", "p50", "p99"],
      ["cold reads", ms(report.cold.p50), ms(report.cold.p99)],
      ["cached reads", ms(report.cached.p50), ms(report.cached.p99)],
    ]),
    slices("ms from the kill", report.aroundKill),
    slices("ms from the return", report.aroundReturn),
    `p99 below a cold read's, after the kill: ${ms(report.quickAfterKillMs)}; after the return: ${ms(report.quickAfterReturnMs)}`,
    `reads that failed: ${failures(report.failedReads)}`,
    `writes that failed: ${failures(report.failedWrites)}; ${count(report.refusedInOrder)} refused with RetryInfo, nothing changed`,
    `first write after the return: sent after ${ms(report.firstWriteSentMs)}, acknowledged after ${ms(report.firstWriteMs)}`,
    report.broken.length === 0 ? "as promised" : report.broken.map((line) => `NOT AS PROMISED: ${line}`).join("\n"),
  ].join("\n");
}

/**
 * Measures what the loss of Redis costs, and prints it.
 *
 * @param root the project's root
 * @returns the exit code: 1 when a promise did not hold
 */
export async function redisLoss({ seed, instances, rate, json }: RedisLossCommand, root: string): Promise<number> {
  const observed = await observeRedisLoss({
    seed,
    instances,
    rate,
    root,
    folder: join(root, "tmp", "chaos", "redis-loss"),
    onStep: (step) => process.stderr.write(`${step}\n`),
  });
  const report = judge(observed, { seed, instances, readsPerSecond: rate });
  console.log(json ? JSON.stringify(report, undefined, 2) : summary(report));
  return report.broken.length === 0 ? 0 : 1;
}
