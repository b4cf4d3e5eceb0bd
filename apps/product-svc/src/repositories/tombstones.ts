import { type Database, sqlStatement } from "@skyport/db";
import type { Deadline } from "@skyport/deadline";
import { sql } from "drizzle-orm";
import { CLOCK_SKEW_MS, TOMBSTONE_MS } from "../domain/reservation-age.ts";

const p = sql.placeholder;

const BATCH = 1_000;

// Who is at work on one of them keeps it.
const sweep = sqlStatement(
  sql`
  WITH old AS MATERIALIZED (
    SELECT id FROM reservations
    WHERE items = '[]' AND update_time < now() - ${p("ageMs")}::bigint * interval '1 millisecond'
    ORDER BY update_time LIMIT ${p("limit")}::integer
    FOR UPDATE SKIP LOCKED
  ), gone AS (
    DELETE FROM reservations USING old WHERE reservations.id = old.id RETURNING reservations.id
  ), log AS (
    INSERT INTO changes (entity, entity_id, operation, revision)
    SELECT 'reservation', id::text, 'delete', nextval('revisions') FROM gone
  )
  SELECT count(*) AS swept FROM gone`,
  ({ swept }) => Number(swept),
);

/**
 * Removes released reservations that are old enough for a late first attempt to be refused by its id's age. Returns how
 * many they were.
 */
export async function sweepTombstones(database: Database, deadline: Deadline): Promise<number> {
  const params = { ageMs: TOMBSTONE_MS + CLOCK_SKEW_MS, limit: BATCH };
  let total = 0;
  for (;;) {
    const [swept = 0] = await database.transaction({ deadline }, (tx) => tx.run(sweep, params));
    total += swept;
    if (swept < BATCH) return total;
  }
}
