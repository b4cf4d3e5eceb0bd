import { setTimeout as sleep } from "node:timers/promises";
import type { Finding } from "./finding.ts";
import { judge } from "./judge.ts";
import { lookAt } from "./look.ts";
import type { Reader, Suspect } from "./reader.ts";

/** What closer looks at some suspects have shown. */
export interface Examined {
  readonly findings: readonly Finding[];
  /** How many could not be judged: they changed, or a change was still open, whenever they were looked at. */
  readonly unsettled: number;
}

export interface ExamineOptions {
  /** Waits so many milliseconds. Default: it does. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/** The pauses between looks, in milliseconds: most of what is under way is done in a moment. */
const PAUSES_MS = [50, 100, 200, 400, 800];

/**
 * Looks at suspects until each is settled: consistent once, or damaged in exactly the same way in two looks after one
 * another. After six looks the rest counts as unsettled, and at once what the recovery loop is at: that may take as long
 * as product-svc is away.
 */
export async function examine(
  reader: Reader,
  suspects: readonly Suspect[],
  { pause = sleep }: ExamineOptions = {},
): Promise<Examined> {
  const findings: Finding[] = [];
  let unsettled = 0;
  let rest: readonly Suspect[] = suspects;
  let stamps = new Map<string, string>();
  for (const pauseMs of [...PAUSES_MS, undefined]) {
    const seen = new Map<string, string>();
    const again: Suspect[] = [];
    for (const [index, look] of (await lookAt(reader, rest)).entries()) {
      const verdict = judge(look);
      if (verdict.kind === "consistent") continue;
      if (verdict.kind === "in_flight" && verdict.overdue) {
        unsettled += 1;
        continue;
      }
      if (verdict.kind === "damaged") {
        if (stamps.get(look.id) === verdict.stamp) {
          findings.push(...verdict.findings);
          continue;
        }
        seen.set(look.id, verdict.stamp);
      }
      again.push(...rest.slice(index, index + 1));
    }
    stamps = seen;
    rest = again;
    if (rest.length === 0 || pauseMs === undefined) break;
    await pause(pauseMs);
  }
  return { findings, unsettled: unsettled + rest.length };
}
