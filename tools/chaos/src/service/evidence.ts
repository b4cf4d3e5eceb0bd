import { join } from "node:path";
import { type Violation, writeHistory } from "@skyport/testing";
import type { FaultyRound } from "./round.ts";

/** What the checker found in one round. */
export interface Finding {
  readonly round: number;
  /** The faults of the round. */
  readonly faults: readonly string[];
  /** The first of them in words. */
  readonly texts: readonly string[];
  /** Timelines of them, and the operations on their keys. */
  readonly file: string;
}

const TEXTS = 5;

/** Keeps what shows the violations of a round, for people and for another check. */
export function keepEvidence(
  folder: string,
  seed: number,
  { result, faults }: FaultyRound,
  violations: readonly Violation[],
): Finding {
  const { round, operations } = result;
  const names = faults.map(({ name }) => name);
  const file = join(folder, `seed-${seed}-round-${round}.history`);
  const heading = [`npm run chaos -- --seed ${seed}`, `round ${round}: ${names.join(" + ")}`];
  writeHistory(file, { heading, violations, operations });
  return { round, faults: names, texts: violations.slice(0, TEXTS).map(({ text }) => text), file };
}
