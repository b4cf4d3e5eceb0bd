import { Deadline } from "@skyport/deadline";
import { createLink, type Link, type SharedPostgres, sharedPostgres } from "@skyport/testing";
import { sql } from "drizzle-orm";
import {
  createDatabase,
  type Database,
  type DatabaseConfig,
  type DatabaseEvent,
  type RawRow,
  sqlStatement,
} from "../../src/index.ts";

/** Long enough for anything that is to succeed. */
export const soon = (): Deadline => Deadline.after(10_000);

/** Runs one SQL text and gives its rows. */
export function query(database: Database, text: string, deadline: Deadline = soon()): Promise<RawRow[]> {
  return database.read(deadline, (session) => session.run(raw(text), {}));
}

/** A statement of a fixed SQL text. */
export function raw(text: string) {
  return sqlStatement(sql.raw(text), (row) => row);
}

/** A database of one test file, reached directly and through a link whose faults the test commands. */
export interface Fixture {
  readonly url: string;
  readonly link: Link;
  /** Direct, for looking at what the tested pools do. */
  readonly admin: Database;
  /** A pool through the link; closed with the fixture. */
  open(config?: Partial<DatabaseConfig>): Database & { readonly events: readonly DatabaseEvent[] };
  close(): Promise<void>;
}

export async function createFixture(): Promise<Fixture> {
  const server: SharedPostgres = await sharedPostgres();
  const url = await server.createDatabase();
  const link = await createLink({ port: server.port });
  const admin = createDatabase({ url, applicationName: "admin" });
  const opened: Database[] = [admin];
  return {
    url,
    link,
    admin,
    open(config = {}) {
      const events: DatabaseEvent[] = [];
      const database = createDatabase({
        url: link.through(url),
        applicationName: "tested",
        onEvent: (event) => events.push(event),
        ...config,
      });
      opened.push(database);
      return Object.assign(database, { events });
    },
    async close() {
      link.restore();
      await Promise.all(opened.map((database) => database.close()));
      await link.close();
      await server.close();
    },
  };
}

/** The backends that the tested pools have on the server. */
export async function backends(admin: Database): Promise<readonly number[]> {
  const rows = await query(
    admin,
    "select pid from pg_stat_activity where application_name = 'tested' and datname = current_database()",
  );
  return rows.map(({ pid }) => Number(pid));
}

/** The reason of the domain error that a promise rejects with; its outcome or its other error otherwise. */
export async function reasonOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    return error instanceof Error && "reason" in error ? error.reason : error;
  }
}
