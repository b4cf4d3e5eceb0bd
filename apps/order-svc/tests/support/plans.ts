import { type Database, type RawRow, type Session, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { sql } from "drizzle-orm";

/** A statement that a session has prepared. */
export interface Prepared {
  readonly name: string;
  readonly text: string;
  /** How many parameters it has. */
  readonly parameters: number;
}

/** How the server plans a prepared statement: for its parameters' values, or for any. */
export type PlanMode = "force_custom_plan" | "force_generic_plan";

/** One node of a plan, as EXPLAIN (FORMAT JSON) tells it. */
export interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Shared Hit Blocks"?: number;
  readonly "Shared Read Blocks"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** A plan, and how long running it took, in milliseconds. */
export interface Explained {
  readonly Plan: PlanNode;
  readonly "Execution Time"?: number;
}

/** A statement of a fixed text. */
export const raw = (text: string) => sqlStatement(sql.raw(text), (row: RawRow) => row);

/** One session to prepare statements in, and to ask about them. */
export async function inSession<T>(database: Database, body: (session: Session) => Promise<T>): Promise<T> {
  return database.read(Deadline.after(60_000), body);
}

/** What a piece of work prepares in the session. */
export async function preparedBy(session: Session, work: () => Promise<unknown>): Promise<Prepared[]> {
  const list = raw(
    "SELECT name, statement, cardinality(parameter_types) AS parameters FROM pg_prepared_statements WHERE statement NOT LIKE '%pg_prepared_statements%'",
  );
  const before = new Set((await session.run(list, {})).map((row) => row["name"]));
  await work();
  const after = await session.run(list, {});
  return after
    .filter((row) => !before.has(row["name"]))
    .map((row) => ({
      name: String(row["name"]),
      text: String(row["statement"]),
      parameters: Number(row["parameters"]),
    }));
}

/** Runs a statement with these values, as SQL literals; its plan, and what it took. */
export async function runPlan(
  session: Session,
  { name }: Prepared,
  values: readonly string[],
  mode: PlanMode,
): Promise<Explained> {
  await session.run(raw(`SET plan_cache_mode = ${mode}`), {});
  const options = "ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON";
  const found = await explained(session, `EXPLAIN (${options}) EXECUTE "${name}" (${values.join(", ")})`);
  await session.run(raw("SET plan_cache_mode = auto"), {});
  return found;
}

async function explained(session: Session, text: string): Promise<Explained> {
  const [row] = await session.run(raw(text), {});
  const plan = row?.["QUERY PLAN"];
  // EXPLAIN's own JSON: one plan for one statement.
  const [first] = (typeof plan === "string" ? JSON.parse(plan) : plan) as Explained[];
  if (first === undefined) throw new Error("EXPLAIN told nothing");
  return first;
}

/** Every node of a plan. */
export function nodesOf(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

const TABLES = ["orders", "order_products", "order_intentions"];

/** What a plan may not have: a sort, and a scan of a whole table. */
export function faultsIn(plan: PlanNode): string[] {
  return nodesOf(plan)
    .filter((node) => {
      const type = node["Node Type"];
      return /Sort/.test(type) || (type === "Seq Scan" && TABLES.includes(node["Relation Name"] ?? ""));
    })
    .map((node) => `${node["Node Type"]} ${node["Relation Name"] ?? ""}`.trim());
}

/** How many blocks of 8 KiB running it has read. */
export function blocksOf({ "Shared Hit Blocks": hit = 0, "Shared Read Blocks": read = 0 }: PlanNode): number {
  return hit + read;
}

/** The indexes that a plan walks. */
export function indexesOf(plan: PlanNode): string[] {
  return nodesOf(plan).flatMap((node) => node["Index Name"] ?? []);
}
