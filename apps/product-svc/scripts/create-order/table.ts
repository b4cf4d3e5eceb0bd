import { mean, quantile } from "../hot-product/measure.ts";
import type { Seen } from "./load.ts";

const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0).padStart(7);

/** The columns of `figures`. */
export const FIGURES = `${"per s".padStart(7)} ${"mean".padStart(7)} ${"p50".padStart(7)} ${"p99".padStart(7)}`;

/** Of some rounds: the median of their rates, and mean, median and p99 of all latencies, in milliseconds. */
export function figures(rounds: readonly Seen[]): string {
  const rates = rounds.map(({ latencies, elapsedMs }) => latencies.length / (elapsedMs / 1_000));
  const latencies = rounds.flatMap((round) => round.latencies);
  const shown = [mean(latencies), quantile(latencies, 0.5), quantile(latencies, 0.99)].map(ms).join(" ");
  return `${quantile(rates, 0.5).toFixed(0).padStart(7)} ${shown}`;
}

/** What failed in some rounds, by reason; empty when nothing did. */
export function failuresIn(rounds: readonly Seen[]): string {
  const counts = new Map<string, number>();
  for (const { failures } of rounds) {
    for (const [reason, count] of failures) counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(", ");
}
