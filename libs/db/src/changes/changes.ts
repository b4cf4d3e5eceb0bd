import { sql } from "drizzle-orm";
import { sqlStatement } from "../connection/statement.ts";
import type { PartitionPlan } from "../partitions/maintain.ts";
import type { Transaction } from "../unit/transaction.ts";

/** What happened to one entity. */
export interface Change {
  /** The kind of entity: "product". */
  readonly entity: string;
  readonly entityId: string;
  readonly operation: "create" | "update" | "delete";
  /** The entity's revision after the change; for a delete, the last it had or the delete's own stamp. */
  readonly revision: bigint;
}

/** The statement behind `appendChanges`, one array a column. Each row it returns is the transaction's id. */
export const appendChange = sqlStatement<
  {
    entities: readonly string[];
    entityIds: readonly string[];
    operations: readonly string[];
    revisions: readonly bigint[];
  },
  bigint
>(
  sql`insert into changes (entity, entity_id, operation, revision)
    select * from unnest(${sql.placeholder("entities")}::text[], ${sql.placeholder("entityIds")}::text[],
      ${sql.placeholder("operations")}::text[], ${sql.placeholder("revisions")}::bigint[])
    returning xid`,
  ({ xid }) => BigInt(String(xid)),
);

/** Writes changes to the stream's table in the transaction that makes them. */
export async function appendChanges(tx: Transaction, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.run(appendChange, {
    entities: changes.map(({ entity }) => entity),
    entityIds: changes.map(({ entityId }) => entityId),
    operations: changes.map(({ operation }) => operation),
    revisions: changes.map(({ revision }) => revision),
  });
}

/** The upkeep of the table `changes`: a partition a day, kept for a week. */
export const CHANGES_PARTITIONS: PartitionPlan = { table: "changes", every: "day", ahead: 7, keep: 7 };
