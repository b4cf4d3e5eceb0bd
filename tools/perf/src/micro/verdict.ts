import { ratesOf, type Series } from "../peers/measure/rounds.ts";
import { median, ratioOf, type Summary } from "../rounds/statistics.ts";

/** The rate of one side by that of another. */
export interface Compared {
  readonly ratio: Summary;
  /** For people. */
  readonly text: string;
}

function rateText(series: Series, name: string): string {
  const rounds = series.get(name) ?? [];
  const rate = Math.round(median(rounds.map(({ perSecond }) => perSecond))).toLocaleString("en-US");
  const cpu = median(rounds.map(({ cpuMicros }) => cpuMicros));
  return Number.isNaN(cpu) ? `${rate}/s` : `${rate}/s at ${cpu.toFixed(1)} µs`;
}

/** Compares two sides that were measured in turns. @param what begins the text */
export function compared(series: Series, what: string, name: string, base: string): Compared {
  const ratio = ratioOf(ratesOf(series, name), ratesOf(series, base));
  const range = `${ratio.least.toFixed(2)}..${ratio.most.toFixed(2)}`;
  const text = `${what} ${ratio.median.toFixed(2)} (${range}): ${rateText(series, name)}, ${base} ${rateText(series, base)}`;
  return { ratio, text };
}
