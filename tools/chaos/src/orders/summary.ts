import { columns, count } from "../format.ts";
import type { OrdersReport } from "./tally.ts";

/** Whether nothing was found that should not be. */
export function isClean({ violations, problems }: OrdersReport): boolean {
  return violations === 0 && problems.length === 0;
}

function rows(counts: Readonly<Record<string, number>>): string[][] {
  const sorted = Object.entries(counts).sort(([a], [b]) => a.localeCompare(b));
  return sorted.map(([name, n]) => [name, count(n)]);
}

/** The report for people. */
export function summary(report: OrdersReport): string {
  const { kills, operations } = report;
  const killed = Object.values(kills).reduce((all, one) => all + one, 0);
  const calls = Object.entries(operations).flatMap(([operation, outcomes]) =>
    rows(outcomes).map(([outcome = "", n = ""]) => [`${operation}: ${outcome}`, n]),
  );
  const sections = [
    `seed ${report.seed}: ${count(report.cycles)} cycles in ${(report.tookMs / 60_000).toFixed(1)} minutes`,
    `processes killed: ${count(killed)}`,
    columns(rows(kills)),
    "beside that",
    columns(rows(report.faults)),
    "calls",
    columns(calls.toSorted(([a = ""], [b = ""]) => a.localeCompare(b))),
    columns([
      ["orders acknowledged", count(report.acknowledged)],
      ["orders compared", count(report.ordersChecked)],
      ["requests repeated at a check", count(report.repeated)],
      ["checks", count(report.checks)],
      ["clean audits", count(report.cleanAudits)],
      ["longest until settled", `${count(report.longestUntilSettledMs)} ms`],
      ["calls answered too late", count(report.lateCalls)],
    ]),
    ...rows(report.misses).map(([what, n]) => `not reached, ${n} times: ${what}`),
    ...report.problems.map((problem) => `PROBLEM ${problem}`),
    ...report.findings.map(({ kind, text }) => `VIOLATION ${kind}: ${text}`),
    ...(report.file === undefined ? [] : [`explained in ${report.file}`]),
    `violations: ${count(report.violations)}`,
  ];
  return sections.filter((section) => section !== "").join("\n");
}
