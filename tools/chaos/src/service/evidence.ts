import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Violation } from "@skyport/testing";
import type { FaultyRound } from "./round.ts";
import type { Finding } from "./tally.ts";

/** Each is read by a person. */
const MOST = 20;

/** Keeps what shows a violation, one file each, until there are enough of them. */
export class Evidence {
  readonly #folder: string;
  readonly #seed: number;
  #kept = 0;

  constructor(folder: string, seed: number) {
    this.#folder = folder;
    this.#seed = seed;
  }

  /** Undefined when there are enough. */
  async keep({ result, faults }: FaultyRound, violation: Violation): Promise<Finding | undefined> {
    if (this.#kept >= MOST) return undefined;
    this.#kept += 1;
    await mkdir(this.#folder, { recursive: true });
    const { kind, text } = violation;
    const { round } = result;
    const file = join(this.#folder, `seed-${this.#seed}-round-${round}-${this.#kept}-${kind}.txt`);
    const title = `seed ${this.#seed}, round ${round}: ${faults.map(({ name }) => name).join(" + ")}`;
    await writeFile(file, `${title}\n${text}\n`);
    return { round, kind, text, file };
  }
}
