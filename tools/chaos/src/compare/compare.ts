import { seed } from "@skyport/testing";
import { Arena } from "./arena.ts";
import { compareArgs } from "./args.ts";
import { type Measured, measure } from "./measure.ts";
import { table } from "./table.ts";

/**
 * Drives every design with the same load over real servers and several processes, judges each history, and prints a
 * table (or JSON, with `--json`). The seed is SEED's, or a fresh one that is printed.
 *
 * @returns the exit code: 1 when a read of ours violated the promise
 * @throws CompareUsageError for arguments that it does not understand
 */
export async function compare(args: readonly string[]): Promise<number> {
  const { designs, json, ...options } = compareArgs(args);
  const from = seed();
  const measured: Measured[] = [];
  await using arena = await Arena.open();
  for (const design of designs) {
    process.stderr.write(`${design} ...\n`);
    measured.push(await measure(await arena.describe(design), { ...options, seed: from }));
  }
  if (json) console.log(JSON.stringify({ seed: from, ...options, designs: measured }, undefined, 2));
  else console.log(table(measured));
  const ours = measured.find(({ design }) => design === "skyport");
  const violations = ours === undefined ? 0 : ours.stale + ours.backward + ours.other + ours.afterKill.backward;
  return violations === 0 ? 0 : 1;
}
