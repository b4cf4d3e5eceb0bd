import type { Figure, Results, Table } from "./document.ts";
import { percent, readable } from "./numbers.ts";

/** What became of one figure since an earlier run. */
export interface Change {
  readonly figure: Figure;
  readonly before: number;
  /** Relative: 0.1 is a tenth more. */
  readonly change: number;
  /** What both runs' noise lets it differ by. */
  readonly noise: number;
  /** "same": within the noise. */
  readonly verdict: "better" | "worse" | "same";
}

/**
 * Two runs are apart by more than rounds of one run are: other files in memory, another layout of code. Nothing smaller
 * is claimed of them.
 */
const LEAST_NOISE = 0.05;

/** Compares the figures that both runs have; the noise of both counts. */
export function compareFigures(now: readonly Figure[], before: readonly Figure[]): Change[] {
  const known = new Map(before.map((figure) => [figure.key, figure]));
  return now.flatMap((figure) => {
    const old = known.get(figure.key);
    if (old === undefined || !(old.value > 0) || !(figure.value > 0)) return [];
    const noise = Math.max(LEAST_NOISE, Math.hypot(figure.noise, old.noise));
    const change = figure.value / old.value - 1;
    // Counts are exact.
    const isSame = figure.unit === "statements" ? change === 0 : Math.abs(Math.log(1 + change)) <= Math.log(1 + noise);
    const verdict = isSame ? "same" : change > 0 === (figure.better === "more") ? "better" : "worse";
    return [{ figure, before: old.value, change, noise, verdict }];
  });
}

export function figuresOf({ parts }: Pick<Results, "parts">): Figure[] {
  return parts.flatMap(({ figures }) => figures);
}

const MARK: Readonly<Record<Change["verdict"], string>> = { better: "better", worse: "WORSE", same: "" };

/** All that is in both runs; what changed by more than the noise first. */
export function changesTable(changes: readonly Change[]): Table {
  const sorted = changes.toSorted((a, b) => Number(a.verdict === "same") - Number(b.verdict === "same"));
  return {
    heads: ["figure", "before", "now", "change", "noise", ""],
    rows: sorted.map(({ figure, before, change, noise, verdict }) => [
      `${figure.key} (${figure.unit})`,
      readable(before),
      readable(figure.value),
      `${change > 0 ? "+" : ""}${percent(change)}`,
      percent(noise),
      MARK[verdict],
    ]),
  };
}
