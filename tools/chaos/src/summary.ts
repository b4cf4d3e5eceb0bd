import { columns, count } from "./format.ts";
import type { ChaosReport } from "./service/tally.ts";

const ms = (value: number): string => `${count(value)} ms`;

function byNumber([, a]: readonly [string, number], [, b]: readonly [string, number]): number {
  return b - a;
}

/** Whether nothing was found that should not be. */
export function isClean({ violations, problems }: ChaosReport): boolean {
  return violations === 0 && problems.length === 0;
}

/** The report for people. */
export function summary(report: ChaosReport): string {
  const { reads, writes, loads } = report;
  const faults = Object.entries(report.faults).sort(([a], [b]) => a.localeCompare(b));
  const injected = faults.reduce((sum, [, tally]) => sum + tally.injected, 0);
  const errors = Object.entries(report.errors).sort(byNumber);
  const share = reads === 0 ? 0 : 1 - Math.min(1, loads / reads);
  const sections = [
    `seed ${report.seed}: ${count(report.rounds)} rounds in ${(report.tookMs / 60_000).toFixed(1)} minutes, ` +
      `${report.instances} instances, ${report.workers} working processes`,
    columns([
      ["reads checked", count(reads), `${(share * 100).toFixed(1)} % without a query of their own`],
      [
        "writes checked",
        count(writes),
        `${count(report.acknowledged)} acknowledged, ${count(report.unknownWrites)} unknown`,
      ],
      ["creates repeated", count(report.repeats), `${count(report.replays)} acknowledged by the repeat`],
      ["longest read", ms(report.longestReadMs), ""],
      ["longest write", ms(report.longestWriteMs), ""],
    ]),
    `faults injected: ${count(injected)}`,
    columns([
      ["fault", "times", "hits again after, at most"],
      ...faults.map(([name, tally]) => [name, count(tally.injected), ms(tally.hitsRegainedMs)]),
    ]),
    "calls that failed",
    columns(errors.map(([reason, n]) => [reason, count(n)])),
    ...Object.entries(report.knownLimits).map(([limit, n]) => `known limit: ${limit}: ${count(n)} reads`),
    ...report.problems.map((problem) => `PROBLEM ${problem}`),
    ...report.findings.flatMap(({ round, faults: names, texts, file }) => [
      `VIOLATION in round ${round} (${names.join(" + ")}): ${file}`,
      ...texts.map((text) => `  ${text}`),
    ]),
    `violations: ${count(report.violations)}`,
  ];
  return sections.filter((section) => section !== "").join("\n");
}
