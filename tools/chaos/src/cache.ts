import { join } from "node:path";
import type { CacheCommand } from "./args.ts";
import { compare } from "./compare/compare.ts";
import { FAULTS, faultNamed } from "./faults/index.ts";
import { count } from "./format.ts";
import { startProgress } from "./progress.ts";
import { runChaos } from "./service/run.ts";
import { isClean, summary } from "./summary.ts";
import { UsageError } from "./usage-error.ts";

const MINUTE_MS = 60_000;

/**
 * Runs the rounds, and prints what they have shown.
 *
 * @param root the project's root
 * @returns the exit code: 1 when something was found
 */
export async function cache(command: CacheCommand, root: string, signal: AbortSignal): Promise<number> {
  const { seed, instances, workers, minutes, batch: batchSize } = command;
  const durationMs = minutes * MINUTE_MS;
  const first = command.first.map((names) => names.map(kindOf));
  const progress = startProgress(process.stderr);
  process.stderr.write(`seed ${seed}\n`);
  try {
    const report = await runChaos({
      seed,
      instances,
      workers,
      root,
      durationMs,
      first,
      batchSize,
      signal,
      folder: join(root, "tmp", "chaos", `${new Date().toISOString().replaceAll(":", "-")}-seed-${seed}`),
      onProgress: ({ elapsedMs, reads, faults, violations, now }) => {
        const share = durationMs === 0 ? 1 : Math.min(1, elapsedMs / durationMs);
        progress.show(share, `${count(reads)} reads, ${faults} faults, ${violations} violations | ${now}`);
      },
    });
    progress.stop();
    console.log(command.json ? JSON.stringify(report, undefined, 2) : summary(report));
    const compared = await compareToo(command, signal);
    return isClean(report) ? compared : 1;
  } finally {
    progress.stop();
  }
}

/** What the same checker finds in other designs, by the same seed. */
async function compareToo({ compareSeconds, seed }: CacheCommand, signal: AbortSignal): Promise<number> {
  if (compareSeconds === 0 || signal.aborted) return 0;
  console.log("\nother designs under load, without a fault but the death of a writer:");
  return compare(["--seconds", String(compareSeconds)], { signal, from: seed });
}

function kindOf(name: string) {
  try {
    return faultNamed(name);
  } catch {
    throw new UsageError(`there is no fault "${name}": ${FAULTS.map((kind) => kind.name).join(", ")}`);
  }
}
