import Table from "cli-table3";
import type { AuditResult } from "./audit.ts";
import { formatDuration } from "./duration.ts";
import { type FindingKind, KINDS } from "./finding.ts";
import type { Findings } from "./findings.ts";
import type { Lag, LateIntention } from "./lag.ts";
import { count } from "./progress.ts";
import type { Repair } from "./repair.ts";

/** Plain text, which is read in files and logs as well, and no line between rows. */
const PLAIN = { style: { head: [], border: [] }, chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" } };

/** How wide the last column of discrepancies is: an id of a UUID and a quantity fit into one line. */
const TEXT_WIDTH = 64;

/** What an audit has found, for people: totals, what is late, what is wrong, and where to look next. */
export function report(result: AuditResult, repairs: readonly Repair[] | undefined): string {
  return [
    totals(result),
    lateness(result.lag),
    discrepancies(result.findings),
    advice(result.findings),
    repairs === undefined ? "" : repaired(repairs),
    summary(result.findings),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function totals({ stock, walk, examined, unsettled, lag }: AuditResult): string {
  const again = unsettled === 0 ? "all settled" : `${count(unsettled)} of them still being changed, and not judged`;
  return [
    `products      ${count(stock.products)}, with ${count(stock.inStock)} in stock`,
    `reservations  ${count(walk.reservations)}, of which ${count(stock.reservations)} hold ${count(stock.reserved)}`,
    `orders        ${count(walk.orders)}: ${count(walk.confirmed)} confirmed, ${count(walk.pending)} pending, ${count(walk.cancelled)} cancelled`,
    `looked again  at ${count(examined)}${examined === 0 ? "" : `: ${again}`}`,
    `intentions    ${count(lag.open)} open, ${count(lag.overdue)} overdue`,
  ].join("\n");
}

function lateness({ overdue, oldest }: Lag): string {
  if (overdue === 0) return "";
  const table = new Table({ ...PLAIN, head: ["OVERDUE ORDER", "GENERATION", "OPEN FOR", "TRIED", ""] });
  table.push(...oldest.map(lateRow));
  const rest = overdue > oldest.length ? `\nand ${count(overdue - oldest.length)} more` : "";
  return `${table.toString()}${rest}
This is lag, no damage: they are tried until they are settled. Look at whether order-svc reaches product-svc, and at
what order-svc logs as "an intention is still open".`;
}

function lateRow({ orderId, generation, ageMs, attempts, isPastDeadline }: LateIntention): (string | number)[] {
  return [orderId, generation, formatDuration(ageMs), `${attempts} times`, isPastDeadline ? "past its deadline" : ""];
}

function discrepancies(findings: Findings): string {
  if (findings.total === 0) return "";
  const table = new Table({
    ...PLAIN,
    head: ["DISCREPANCY", "RESOURCE", "WHAT IS WRONG"],
    colWidths: [null, null, TEXT_WIDTH],
    wordWrap: true,
  });
  table.push(...findings.kept.map(({ kind, resource, text }) => [kind, resource, shorten(text)]));
  const rest = findings.total - findings.kept.length;
  return `${table.toString()}${rest === 0 ? "" : `\nand ${count(rest)} more`}`;
}

/** An order may have 100 lines; --json tells them all. */
function shorten(text: string, length = 4 * TEXT_WIDTH): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function advice(findings: Findings): string {
  return [...findings.counts.keys()]
    .map((kind) => wrap(`${kind}: ${KINDS[kind].means}. ${KINDS[kind].next}`))
    .join("\n");
}

function repaired(repairs: readonly Repair[]): string {
  if (repairs.length === 0) return "repair: no orphan reservation to release";
  const table = new Table({ ...PLAIN, head: ["REPAIR", "RESERVATION", ""] });
  table.push(...repairs.map(({ outcome, reservationId, text }) => [outcome.replace("_", " "), reservationId, text]));
  const isDry = repairs.some((repair) => repair.outcome === "would_release");
  return `${table.toString()}${isDry ? "\nNothing was changed; --repair --yes does it." : ""}`;
}

function summary(findings: Findings): string {
  if (findings.total === 0) return "No discrepancies.";
  const parts = [...findings.counts].map(([kind, number]: [FindingKind, number]) => `${count(number)} ${kind}`);
  return `${count(findings.total)} ${findings.total === 1 ? "discrepancy" : "discrepancies"}: ${parts.join(", ")}`;
}

/** Breaks a line between words, and indents all but the first. */
function wrap(text: string, width = 116): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `  ${word}`;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
