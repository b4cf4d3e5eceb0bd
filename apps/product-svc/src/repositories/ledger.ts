import { type Database, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { sql } from "drizzle-orm";

/**
 * How long every single movement of stock is kept, in milliseconds: 30 days. What is older is kept as sums. It has to
 * be longer than released reservations are remembered, whose movements a repeated call looks for; and each day is one more
 * partition to look into, which the audit does for every product and every reservation.
 */
export const LEDGER_MS = 30 * 24 * 60 * 60 * 1000;

/** How many blocks of a partition a step empties: some 5,000 rows of it. */
const BLOCKS = 64;
/** How long a round goes on when there is more to do, in milliseconds; the next one comes in a minute. */
const ROUND_MS = 5_000;

/** What a round has done. */
export interface CarryReport {
  /** How many rows became part of a sum. */
  readonly moved: number;
  /** The partitions that it dropped, by name. */
  readonly dropped: readonly string[];
  /** Whether there is more to do: another instance is at it, a reader was in the way, or the time was up. */
  readonly more: boolean;
}

const p = sql.placeholder;

const step = sqlStatement(
  sql`
  SELECT action, partition, next_block, moved FROM carry_forward_stock(
    ${p("ageMs")}::bigint * interval '1 millisecond', ${p("fromBlock")}::bigint, ${p("blocks")}::bigint)`,
  ({ action, partition, next_block, moved }) => ({
    action,
    partition: String(partition),
    nextBlock: BigInt(String(next_block)),
    moved: Number(moved),
  }),
);

/**
 * Replaces the ledger's partitions that are older than `LEDGER_MS` by their sums, in bounded steps, each of them one
 * transaction that leaves every sum as it was. May run under load, and in several instances at once.
 *
 * @param forMs how long to go on; at least one step is done
 * @throws DEADLINE_EXCEEDED, DATABASE_UNAVAILABLE: the steps that were done stand
 */
export async function carryForward(database: Database, deadline: Deadline, forMs = ROUND_MS): Promise<CarryReport> {
  const round = Deadline.after(forMs);
  const dropped: string[] = [];
  let moved = 0;
  let fromBlock = 0n;
  for (;;) {
    const params = { ageMs: LEDGER_MS, fromBlock, blocks: BLOCKS };
    const [done] = await database.transaction({ deadline }, (tx) => tx.run(step, params));
    if (done === undefined || done.action === "none") return { moved, dropped, more: false };
    moved += done.moved;
    fromBlock = done.nextBlock;
    if (done.action === "dropped") dropped.push(done.partition);
    if (done.action === "busy" || round.expired) return { moved, dropped, more: true };
  }
}

/** The chore that carries forward, round after round. The first one, which the service's start waits for, is one step. */
export function carryingForward(database: Database): (deadline: Deadline) => Promise<CarryReport> {
  let isFirst = true;
  return (deadline) => {
    const forMs = isFirst ? 0 : ROUND_MS;
    isFirst = false;
    return carryForward(database, deadline, forMs);
  };
}
