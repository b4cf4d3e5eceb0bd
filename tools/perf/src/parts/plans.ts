import type { Sql } from "../stage/sql.ts";
import type { LoggedStatement } from "../stage/statement-log.ts";

/** Whether a statement has a plan that says something, and may be run once more: it reads a table, and locks nothing. */
export function isRead({ text }: Pick<LoggedStatement, "text">): boolean {
  return /^select\b[\s\S]*\bfrom\b/i.test(text) && !/\bfor (?:no key )?(?:update|share)\b/i.test(text);
}

/** PostgreSQL's plan of a statement with the very values that it was run with, as it is carried out. */
export async function explain(sql: Sql, { text, parameters }: LoggedStatement): Promise<string> {
  const values = parameters.length === 0 ? "" : ` (${parameters.join(", ")})`;
  await sql(`PREPARE explained AS ${text}`);
  try {
    const rows = await sql(`EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) EXECUTE explained${values}`);
    return rows.map((row) => String(row["QUERY PLAN"])).join("\n");
  } finally {
    await sql("DEALLOCATE explained");
  }
}

/** A statement on one line, short. */
export function shortened(text: string, length = 100): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 3)}...`;
}
