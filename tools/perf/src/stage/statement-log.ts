import { open } from "node:fs/promises";
import type { Servers } from "./servers.ts";
import { openSql } from "./sql.ts";

/** A statement as PostgreSQL's log tells it. */
export interface LoggedStatement {
  readonly database: string;
  readonly text: string;
  /** The values of $1, $2 and so on, as SQL literals. */
  readonly parameters: readonly string[];
}

const ENTRY = /^@@([^@]*)@@ (\w+): {2}([\s\S]*)$/;
const STATEMENT = /^(?:execute [^:]*|statement): ([\s\S]*)$/;
const PARAMETER = /\$(\d+) = ('(?:[^']|'')*'|NULL)/g;

/** Reads what `log_statement = all` has written. */
export function parseLog(text: string): LoggedStatement[] {
  const statements: { database: string; text: string; parameters: string[] }[] = [];
  // Lines of a message after its first begin with a tab.
  for (const entry of text.split(/\n(?!\t)/)) {
    const [, database, level, message = ""] = ENTRY.exec(entry) ?? [];
    if (database === undefined) continue;
    const body = message.replaceAll("\n\t", "\n").trim();
    if (level === "LOG") {
      const statement = STATEMENT.exec(body)?.[1];
      if (statement !== undefined) statements.push({ database, text: statement.trim(), parameters: [] });
    } else if (level === "DETAIL") {
      const parameters = [...body.matchAll(PARAMETER)].map(([, , value = "NULL"]) => value);
      statements.at(-1)?.parameters.push(...parameters);
    }
  }
  return statements;
}

/**
 * Reads what statements reach PostgreSQL: its own log is asked, which sees all of them with their values, and needs no extension.
 */
export class StatementLog implements AsyncDisposable {
  readonly #file: string;
  readonly #admin: ReturnType<typeof openSql>;
  /** The captures so far: one at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ postgres, postgresLog }: Servers) {
    this.#file = postgresLog;
    this.#admin = openSql(postgres.url);
  }

  /** The statements that run while `work` does, in every database: what else runs meanwhile is among them. */
  capture(work: () => Promise<unknown>): Promise<LoggedStatement[]> {
    const captured = this.#turn.then(() => this.#capture(work));
    this.#turn = captured.catch(() => undefined);
    return captured;
  }

  async #capture(work: () => Promise<unknown>): Promise<LoggedStatement[]> {
    await this.#switch("all");
    try {
      const before = await this.#size();
      await work();
      // What this session logs comes after everything that `work` has been answered.
      const mark = `end of capture ${before}`;
      await this.#admin(`SELECT '${mark}'`);
      const statements = parseLog(await this.#readFrom(before));
      return statements.filter(({ database, text }) => database !== "postgres" && !text.includes(mark));
    } finally {
      await this.#switch("none");
    }
  }

  /** Sessions read it before their next statement. */
  async #switch(mode: "all" | "none"): Promise<void> {
    await this.#admin(`ALTER SYSTEM SET log_statement = '${mode}'`);
    await this.#admin(`SELECT pg_reload_conf()`);
    for (;;) {
      const [row] = await this.#admin(`SELECT current_setting('log_statement') AS mode`);
      if (row?.["mode"] === mode) return;
    }
  }

  async #size(): Promise<number> {
    await using file = await open(this.#file);
    return (await file.stat()).size;
  }

  async #readFrom(start: number): Promise<string> {
    await using file = await open(this.#file);
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString("utf8", 0, bytesRead);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#admin[Symbol.asyncDispose]();
  }
}
