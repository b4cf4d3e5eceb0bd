import { seed } from "@skyport/testing";
import { Workers } from "../worker/workers.ts";
import { Arena } from "./arena.ts";
import { compareArgs } from "./args.ts";
import { type Measured, measure } from "./measure.ts";
import { table } from "./table.ts";

export interface CompareOptions {
  /** Aborted: the design that runs is the last one. */
  readonly signal?: AbortSignal;
  /** The seed. Default: SEED's, or a fresh one that is printed. */
  readonly from?: number;
  /** Where the table goes. Default: the standard output. */
  readonly print?: (text: string) => void;
}

/**
 * Drives every design with the same load over real servers and several processes, judges each history, and prints a
 * table (or JSON, with `--json`).
 *
 * @returns the exit code: 1 when a read of ours violated the promise
 * @throws CompareUsageError for arguments that it does not understand
 */
export async function compare(
  args: readonly string[],
  { signal, from = seed(), print = console.log }: CompareOptions = {},
): Promise<number> {
  const { designs, json, processes, seconds, kills } = compareArgs(args);
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
      measured.push(await measure(workers, subject, { seconds, kills }));
    }
  } finally {
    await workers?.close();
  }
  const report = { seed: from, processes, seconds, kills, designs: measured };
  print(json ? JSON.stringify(report, undefined, 2) : table(measured));
  const ours = measured.find(({ design }) => design === "skyport");
  const violations = ours === undefined ? 0 : ours.stale + ours.backward + ours.other + ours.afterKill.backward;
  return violations === 0 ? 0 : 1;
}
