import { createDatabase, type Database, type RawRow, type Session, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { sql } from "drizzle-orm";

/** A row: the mark that its writer gave it, and the revision that grows with every change of any row. */
export interface Marked {
  readonly version: bigint;
  readonly mark: string;
}

const SCHEMA = [
  "create sequence revisions",
  "create table rows (id text primary key, mark text not null, revision bigint not null default nextval('revisions'))",
];

const toMarked = ({ mark, revision }: RawRow): Marked => ({ version: BigInt(String(revision)), mark: String(mark) });

const selectRows = sqlStatement<{ ids: readonly string[] }, { id: string; row: Marked }>(
  sql`select id, mark, revision from rows where id = any(${sql.placeholder("ids")})`,
  (raw) => ({ id: String(raw["id"]), row: toMarked(raw) }),
);

const upsert = sqlStatement<{ id: string; mark: string }, Marked>(
  sql`insert into rows (id, mark) values (${sql.placeholder("id")}, ${sql.placeholder("mark")})
    on conflict (id) do update set mark = excluded.mark, revision = nextval('revisions') returning mark, revision`,
  toMarked,
);

const deletion = sqlStatement<{ id: string; version: bigint }, Marked>(
  sql`delete from rows where id = ${sql.placeholder("id")} and revision = ${sql.placeholder("version")}
    returning mark, revision`,
  toMarked,
);

export const table = {
  async load(session: Session, ids: readonly string[]): Promise<ReadonlyMap<string, Marked>> {
    return new Map((await session.run(selectRows, { ids })).map(({ id, row }) => [id, row]));
  },

  /** Gives the row this mark and a new revision; makes it where there is none. */
  async put(session: Session, id: string, mark: string): Promise<Marked> {
    const [row] = await session.run(upsert, { id, mark });
    if (row === undefined) throw new Error("the row was not written");
    return row;
  },

  /** Deletes this version of the row; false when it is another by now. */
  async remove(session: Session, id: string, version: bigint): Promise<boolean> {
    return (await session.run(deletion, { id, version })).length > 0;
  },
} as const;

/** Runs one SQL text. */
export function query(database: Database, text: string): Promise<RawRow[]> {
  const statement = sqlStatement(sql.raw(text), (row) => row);
  return database.read(Deadline.after(10_000), (session) => session.run(statement, {}));
}

/** Makes the table in an empty database. */
export async function createTable(databaseUrl: string): Promise<void> {
  await using database = createDatabase({ url: databaseUrl, minConnections: 0 });
  for (const statement of SCHEMA) await query(database, statement);
}
