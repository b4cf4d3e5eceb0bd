import { readFile } from "node:fs/promises";
import type { ProbedStatement } from "./probe.ts";

/**
 * The round trips that a page of docs tells of: of the table below the heading that is the service's name, with the call in
 * the first column and its round trips in the second, each in code marks. A row with "-" makes none.
 */
export async function documentedTrips(page: URL, service: string): Promise<string[][]> {
  return (await rowsBelow(page, service)).map(([call = "", trips = ""]) => [call, ...codeIn(trips)]);
}

/** A statement as a page of docs tells of it. */
export interface DocumentedStatement {
  /** How it reads and writes, from the inside out; as it is told. */
  readonly plan: string;
  /** How many blocks it touches, at most. */
  readonly blocks: number;
}

/** The statements of the table below the heading "SERVICE's statements": name, plan, blocks. */
export async function documentedStatements(
  page: URL,
  service: string,
): Promise<ReadonlyMap<string, DocumentedStatement>> {
  const rows = await rowsBelow(page, `${service}'s statements`);
  return new Map(rows.map(([name = "", plan = "", blocks = ""]) => [name, { plan, blocks: Number(blocks) }]));
}

/** Room for what differs from one database to the next: how full pages are, and how many partitions there are. */
const ROOM = { factor: 1.5, blocks: 10 };

/** What statements do otherwise than they are told to, a line each. None may read a whole table, whatever is told. */
export function differences(
  probed: readonly ProbedStatement[],
  documented: ReadonlyMap<string, DocumentedStatement>,
): string[] {
  const unknown = [...documented.keys()].filter((name) => !probed.some((statement) => statement.name === name));
  return [
    ...unknown.map((name) => `${name}: is told of, and not run`),
    ...probed.flatMap(({ name, parts, blocks }) => {
      const told = documented.get(name);
      if (told === undefined) return [`${name}: is not told of`];
      const found: string[] = [];
      if (parts.some((part) => part.startsWith("Seq Scan"))) found.push(`${name}: reads a whole table`);
      if (planOf(parts) !== told.plan) found.push(`${name}: ${planOf(parts)}, not ${told.plan}`);
      if (!(blocks <= told.blocks * ROOM.factor + ROOM.blocks))
        found.push(`${name}: ${blocks} blocks, not ${told.blocks}`);
      return found;
    }),
  ];
}

/** The rows of a table of statements for a page of docs. */
export function statementRows(probed: readonly ProbedStatement[]): string[] {
  return probed.map(({ name, parts, blocks }) => `| ${name} | ${planOf(parts)} | ${blocks} |`);
}

function planOf(parts: readonly string[]): string {
  return parts.join(", ") || "writes only";
}

async function rowsBelow(page: URL, heading: string): Promise<string[][]> {
  const text = await readFile(page, "utf8");
  const section = text.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`${page.pathname} has no heading "${heading}"`);
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  // The first two are the columns' names and the line below them.
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function codeIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]*)`/g)].map(([, code = ""]) => code);
}
