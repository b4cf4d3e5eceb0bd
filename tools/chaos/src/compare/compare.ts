import { seed } from "@skyport/testing";
import { Workers } from "../worker/workers.ts";
import { Arena } from "./arena.ts";
import { compareArgs } from "./args.ts";
import { type Measured, measure } from "./measure.ts";
import { table } from "./table.ts";

/**
 * Drives every design with the same load over real servers and several processes, judges each history, and prints a
 * table (or JSON, with `--json`). The seed is SEED's, or a fresh one that is printed.
 *
 * @param signal aborted: the design that runs is the last one
 * @returns the exit code: 1 when a read of ours violated the promise
 * @throws CompareUsageError for arguments that it does not understand
 */
export async function compare(args: readonly string[], signal?: AbortSignal): Promise<number> {
  const { designs, json, seconds, processes } = compareArgs(args);
  const from = seed();
  const measured: Measured[] = [];
  await using arena = await Arena.open();
  let workers: Workers | undefined;
  try {
    for (const design of designs) {
      if (signal?.aborted) break;
      process.stderr.write(`${design} ...\n`);
      const subject = await arena.describe(design);
      if (workers === undefined) workers = await Workers.start({ count: processes, subject, seed: from });
      else await workers.drive(subject);
      measured.push(await measure(workers, subject, seconds));
    }
  } finally {
    await workers?.close();
  }
  if (json) console.log(JSON.stringify({ seed: from, seconds, processes, designs: measured }, undefined, 2));
  else console.log(table(measured));
  const ours = measured.find(({ design }) => design === "skyport");
  const violations = ours === undefined ? 0 : ours.stale + ours.backward + ours.other + ours.afterKill.backward;
  return violations === 0 ? 0 : 1;
}
