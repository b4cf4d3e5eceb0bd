import { join } from "node:path";
import type { OrdersCommand } from "../args.ts";
import { count } from "../format.ts";
import { startProgress } from "../progress.ts";
import { runOrders } from "./run.ts";
import { isClean, summary } from "./summary.ts";

/**
 * Runs the cycles, and prints what they have shown.
 *
 * @param root the project's root
 * @returns the exit code: 1 when something was found
 */
export async function orders(command: OrdersCommand, root: string, signal: AbortSignal): Promise<number> {
  const { seed, cycles, checkEvery } = command;
  const progress = startProgress(process.stderr);
  process.stderr.write(`seed ${seed}\n`);
  try {
    const report = await runOrders({
      seed,
      cycles,
      checkEvery,
      root,
      signal,
      folder: join(root, "tmp", "chaos", `${new Date().toISOString().replaceAll(":", "-")}-orders-seed-${seed}`),
      onProgress: (now) => {
        const text = `${count(now.kills)} kills, ${count(now.orders)} orders, ${now.violations} violations`;
        progress.show(now.cycles / cycles, `${text} | cycle ${now.cycles}${now.isChecking ? ", checking" : ""}`);
      },
    });
    progress.stop();
    console.log(command.json ? JSON.stringify(report, undefined, 2) : summary(report));
    return isClean(report) ? 0 : 1;
  } finally {
    progress.stop();
  }
}
