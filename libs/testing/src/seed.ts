import { randomInt } from "node:crypto";

/**
 * The seed of a randomised test: SEED of the environment when it is set, else a fresh one. It is printed either way, so
 * that a failed run can be repeated with `SEED=<number>`.
 *
 * @throws Error when SEED is no integer of 0 to 2^31 - 1.
 */
export function seed(environment: Readonly<Record<string, string | undefined>> = process.env): number {
  const { SEED: given } = environment;
  const value = given === undefined || given === "" ? randomInt(2 ** 31) : Number(given);
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** 31) {
    throw new Error(`SEED must be an integer from 0 to ${2 ** 31 - 1}, got "${given}"`);
  }
  process.stderr.write(`SEED=${value}\n`);
  return value;
}
