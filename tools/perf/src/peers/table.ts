import { median, ratioOf, type Summary } from "../rounds/statistics.ts";
import { againOf } from "./compare.ts";
import { noiseBetween, type Round, ratesOf, type Series } from "./measure/rounds.ts";
import type { Peer } from "./peers.ts";

/** One line of the comparison. */
export interface PeerRow {
  readonly name: string;
  /** Answers a second, the median of the rounds. */
  readonly perSecond: number;
  /** By the base's rate, round by round. */
  readonly ratio: Summary;
  /** What the server used for an answer, in microseconds. */
  readonly cpuMicros: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly generatorCores: number;
}

/** A comparison of peers. */
export interface PeerTable {
  readonly title: string;
  /** What the ratios are to. */
  readonly base: string;
  /** How far two series of the base are apart, relative. */
  readonly noise: number;
  readonly rows: readonly PeerRow[];
}

/** Sums up what was measured, in the order of the peers. */
export function toTable(title: string, peers: readonly Peer[], base: Peer, series: Series): PeerTable {
  const baseRates = ratesOf(series, base.name);
  const rows = peers.map(({ name }): PeerRow => {
    const rounds = series.get(name) ?? [];
    const of = (read: (round: Round) => number): number => median(rounds.map(read));
    return {
      name,
      perSecond: of((round) => round.perSecond),
      ratio: ratioOf(ratesOf(series, name), baseRates),
      cpuMicros: of((round) => round.cpuMicros),
      p50Ms: of((round) => round.p50Ms),
      p99Ms: of((round) => round.p99Ms),
      generatorCores: of((round) => round.generatorCores),
    };
  });
  return { title, base: base.name, noise: noiseBetween(series, base.name, againOf(base)), rows };
}

const HEADS = ["", "req/s", "ratio", "(rounds)", "CPU µs/req", "p50 ms", "p99 ms"];
/** From here on the load may be what is measured. */
const BUSY_GENERATOR = 0.95;

function cells({ name, perSecond, ratio, cpuMicros, p50Ms, p99Ms, generatorCores }: PeerRow): readonly string[] {
  const atLeast = generatorCores >= BUSY_GENERATOR ? ">= " : "";
  return [
    name,
    atLeast + Math.round(perSecond).toLocaleString("en-US"),
    atLeast + ratio.median.toFixed(2),
    `${ratio.least.toFixed(2)}..${ratio.most.toFixed(2)}`,
    cpuMicros.toFixed(1),
    p50Ms.toFixed(2),
    p99Ms.toFixed(2),
  ];
}

function foot({ base, noise, rows }: PeerTable): string {
  const busy = rows.some(({ generatorCores }) => generatorCores >= BUSY_GENERATOR);
  const noted = busy ? ' ">=": the generator had no time left, the server could do more.' : "";
  return `Ratios are to ${base}, round by round; two series of it differ by ${(noise * 100).toFixed(1)} %.${noted}`;
}

/** For a terminal. */
export function renderText(table: PeerTable): string {
  const lines = [HEADS, ...table.rows.map(cells)];
  const widths = HEADS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const render = (line: readonly string[]): string =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return [table.title, ...lines.map(render), foot(table)].join("\n");
}

/** For a README. */
export function renderMarkdown(table: PeerTable): string {
  const line = (texts: readonly string[]): string => `| ${texts.join(" | ")} |`;
  const [, ...figures] = HEADS;
  const rule = ["---", ...figures.map(() => "---:")];
  return [
    line([table.title, ...figures]),
    line(rule),
    ...table.rows.map((row) => line(cells(row))),
    "",
    foot(table),
  ].join("\n");
}
