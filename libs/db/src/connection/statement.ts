import { fillPlaceholders, type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";

/** Drizzle's query builder, for `statement`. It only builds: a query that it runs itself, unprepared, is refused. */
export type DrizzleHandle = Pick<
  PostgresJsDatabase,
  "select" | "selectDistinct" | "selectDistinctOn" | "insert" | "update" | "delete" | "with" | "$with"
>;

/** What Drizzle's `.prepare(name)` returns, as far as this library uses it. */
export interface PreparedQuery<R> {
  execute(placeholderValues?: Record<string, unknown>): Promise<R>;
}

/** What a statement is built from on each connection. */
export interface StatementSource {
  readonly drizzle: DrizzleHandle;
  execute(text: string, parameters: readonly unknown[]): Promise<unknown>;
}

/** A statement's parameters by the names of its placeholders. */
export type Parameters = Record<string, unknown>;

declare const PARAMETERS: unique symbol;

/** A statement that `Session.run` executes; made by `statement` or `sqlStatement`, once, where its repository is made. */
export interface Statement<P, R> {
  /** Builds it for one connection; called by the library, once a connection. */
  readonly build: (source: StatementSource) => PreparedQuery<R>;
  /** Whether it does no harm outside of a transaction: it only reads, or has the condition `IN_TRANSACTION`. */
  readonly mayTravelWithBegin: boolean;
  readonly [PARAMETERS]?: (parameters: P) => void;
}

/**
 * A statement from Drizzle's builder. `build` runs once for each connection, and the query is prepared on the server
 * at its first run there; building a query on each call would cost three quarters of the speed. Values that change
 * are `sql.placeholder("name")`; the others are part of the statement.
 *
 * @example
 * const byId = statement<{ id: string }, ProductRow[]>((db) =>
 *   db.select().from(products).where(eq(products.id, sql.placeholder("id"))).prepare("product_by_id"));
 */
export function statement<P extends Parameters, R>(build: (db: DrizzleHandle) => PreparedQuery<R>): Statement<P, R> {
  return { build: (source) => build(source.drizzle), mayTravelWithBegin: false };
}

const ASK = "pg_current_xact_id_if_assigned()";

/**
 * A condition for the WHERE of statements that travel with BEGIN (`TransactionOptions.ahead`): true only in a transaction that
 * this library has begun, which has drawn its id before. Were BEGIN to fail, by a cancel that comes at that moment, the
 * statement behind it would be a transaction of its own; with the condition it changes nothing.
 */
export const IN_TRANSACTION: SQL = sql.raw(`(SELECT ${ASK}) IS NOT NULL`);

const dialect = new PgDialect();

/** One row of a raw statement: int8 is a bigint, int4 and floats numbers, bytea a Buffer, json parsed, the rest text. */
export type RawRow = Readonly<Record<string, unknown>>;

/**
 * A statement from Drizzle's `sql` template, for what the builder cannot say. Prepared on the server like the others.
 * `decode` turns each row into what the repository returns.
 *
 * @param does `reads`: it changes nothing that outlives its transaction, so that it may travel with BEGIN as it is
 */
export function sqlStatement<P extends Parameters, Row>(
  query: SQL,
  decode: (row: RawRow) => Row,
  does: "anything" | "reads" = "anything",
): Statement<P, Row[]> {
  const { sql: text, params } = dialect.sqlToQuery(query);
  return {
    build: (source) => ({
      execute: async (values = {}) => {
        // The driver's rows are objects keyed by column.
        const rows = (await source.execute(text, fillPlaceholders(params, values))) as readonly RawRow[];
        return rows.map((row) => decode(row));
      },
    }),
    mayTravelWithBegin: does === "reads" || text.includes(ASK),
  };
}
