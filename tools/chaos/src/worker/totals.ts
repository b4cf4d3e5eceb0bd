import type { Progress } from "./messages.ts";

/** The sum over processes. */
export function totals(parts: readonly Progress[]): Progress {
  const counts: Record<string, number> = {};
  let [reads, acknowledged, failed] = [0, 0, 0];
  for (const part of parts) {
    reads += part.reads;
    acknowledged += part.acknowledged;
    failed += part.failed;
    for (const [name, n] of Object.entries(part.counts)) counts[name] = (counts[name] ?? 0) + n;
  }
  return { reads, acknowledged, failed, counts };
}
