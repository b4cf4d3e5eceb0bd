import type { Deadline } from "@skyport/deadline";
import { sql } from "drizzle-orm";
import { sqlStatement } from "../connection/statement.ts";
import type { Database } from "../database.ts";

/** How a table that is partitioned by time is kept. */
export interface PartitionPlan {
  /** Its name, with a schema where it is not on the search path. */
  readonly table: string;
  readonly every: "day" | "hour";
  /** How many units of `every` are made in advance: so long may upkeep fail before inserts do. */
  readonly ahead: number;
  /** After how many units a partition is dropped, counted from its last row's time; absent: never. */
  readonly keep?: number;
}

/** What one round of upkeep did, by the partitions' names. */
export interface PartitionReport {
  readonly created: readonly string[];
  readonly dropped: readonly string[];
  /** Due to be dropped, but in use; the next round tries again. */
  readonly busy: readonly string[];
}

const maintain = sqlStatement<
  { table: string; every: string; ahead: number; keep: number | null },
  { action: unknown; partition: string }
>(
  sql`select action, partition from maintain_partitions(${sql.placeholder("table")}::regclass,
    ${sql.placeholder("every")}, ${sql.placeholder("ahead")}, ${sql.placeholder("keep")})`,
  ({ action, partition }) => ({ action, partition: String(partition) }),
);

/**
 * Makes the partitions that a table needs and drops those it no longer does, by the database's clock, in UTC. Several
 * instances may do it at once. Needs the component `DB_MIGRATIONS`; the rules are in its `maintain_partitions`.
 */
export async function maintainPartitions(
  database: Database,
  { table, every, ahead, keep }: PartitionPlan,
  deadline: Deadline,
): Promise<PartitionReport> {
  const rows = await database.transaction({ deadline }, (tx) =>
    tx.run(maintain, { table, every, ahead, keep: keep ?? null }),
  );
  const named = (wanted: string) => rows.filter(({ action }) => action === wanted).map(({ partition }) => partition);
  return { created: named("created"), dropped: named("dropped"), busy: named("busy") };
}
