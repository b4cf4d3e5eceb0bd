import { IN_TRANSACTION, noRow, rowOf, type Session, sqlStatement, statement, type Transaction } from "@skyport/db";
import { and, eq, type SQL, sql } from "drizzle-orm";
import { intentions } from "../db/schema.ts";
import type { Intention, IntentionKind, IntentionState, RequestRef } from "../domain/intention.ts";
import type { LineItem } from "../domain/order.ts";
import type { RefusalRecord } from "../domain/refusal.ts";
import { storedLineItems, toIntention } from "./order-row.ts";

const p = sql.placeholder;

const find = statement<{ orderId: string; generation: number }, (typeof intentions.$inferSelect)[]>((db) =>
  db
    .select()
    .from(intentions)
    .where(and(eq(intentions.orderId, p("orderId")), eq(intentions.generation, p("generation"))))
    .prepare("find_intention"),
);

const findByRequest = sqlStatement(
  sql`
  SELECT * FROM order_intentions
  WHERE request_id = ${p("requestId")}::uuid AND rpc = ${p("rpc")} AND principal = ${p("principal")} AND state = 'open'`,
  rowOf(intentions),
  "reads",
);

const findOpen = sqlStatement(
  sql`SELECT * FROM order_intentions WHERE order_id = ${p("orderId")}::uuid AND state = 'open'`,
  rowOf(intentions),
  "reads",
);

const insert = sqlStatement(
  sql`
  INSERT INTO order_intentions
    (order_id, generation, kind, line_items, principal, rpc, request_id, fingerprint, due_time, deadline)
  VALUES (${p("orderId")}::uuid, ${p("generation")}::integer, ${p("kind")}::text, ${p("lineItems")}::jsonb,
    ${p("principal")}::text, ${p("rpc")}::text, ${p("requestId")}::uuid, ${p("fingerprint")}::text,
    now() + ${p("dueInMs")}::integer * interval '1 ms', now() + ${p("deadlineInMs")}::integer * interval '1 ms')
  RETURNING *`,
  rowOf(intentions),
);

// It travels with BEGIN.
const close = sqlStatement(
  sql`
  UPDATE order_intentions SET state = ${p("state")}::text, refusal = ${p("refusal")}::jsonb, close_time = now()
  WHERE order_id = ${p("orderId")}::uuid AND generation = ${p("generation")}::integer AND state = 'open'
    AND ${IN_TRANSACTION}
  RETURNING *`,
  rowOf(intentions),
);

// A claim is a lease in a column, not a held lock: no transaction stays open while the product service is asked.
// The array is made once, so that no plan takes more than the limit, and by ctid, so that none reads the whole table: a
// join by key does both where it expects many rows.
function claimOf(which: SQL, order: SQL) {
  return sqlStatement(
    sql`
    UPDATE order_intentions SET attempts = attempts + 1, due_time = now() + ${p("leaseMs")}::integer * interval '1 ms'
    WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM order_intentions WHERE state = 'open' AND due_time <= now() AND ${which}
      ORDER BY ${order} LIMIT ${p("limit")}::integer FOR UPDATE SKIP LOCKED
    ))
    RETURNING *, coalesce(deadline <= now(), false) AS is_late`,
    (row) => ({ intention: toIntention(rowOf(intentions)(row)), isLate: row["is_late"] === true }),
  );
}

const claim = claimOf(sql`true`, sql`due_time`);
const claimLate = claimOf(sql`deadline <= now()`, sql`deadline`);

// `attempts` fences: who was overtaken by a later claim changes nothing of that one's lease.
const postpone = sqlStatement(
  sql`
  UPDATE order_intentions SET due_time = now() + ${p("delayMs")}::integer * interval '1 ms'
  WHERE order_id = ${p("orderId")}::uuid AND generation = ${p("generation")}::integer AND state = 'open'
    AND attempts = ${p("attempts")}::integer
  RETURNING generation`,
  noRow,
);

const handOver = sqlStatement(
  sql`
  WITH handed AS (
    UPDATE order_intentions SET due_time = least(due_time, now())
    WHERE order_id = ${p("orderId")}::uuid AND generation = ${p("generation")}::integer AND state = 'open'
      AND attempts = ${p("attempts")}::integer
    RETURNING generation
  )
  SELECT pg_notify(${p("channel")}, '') FROM handed`,
  noRow,
);

const listOpen = sqlStatement(
  sql`
  SELECT * FROM order_intentions
  WHERE state = 'open' AND (create_time, order_id, generation)
    > (${p("createTime")}::timestamptz, ${p("orderId")}::uuid, ${p("generation")}::integer)
  ORDER BY create_time, order_id, generation LIMIT ${p("limit")}::integer`,
  rowOf(intentions),
);

const sweep = sqlStatement(
  sql`
  DELETE FROM order_intentions WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM order_intentions
    WHERE state <> 'open' AND close_time < now() - ${p("keepMs")}::bigint * interval '1 ms'
    ORDER BY close_time LIMIT ${p("limit")}::integer FOR UPDATE SKIP LOCKED
  ))
  RETURNING generation`,
  noRow,
);

/** A wish to be written down. */
export interface NewIntention {
  readonly orderId: string;
  readonly generation: number;
  readonly kind: IntentionKind;
  readonly lineItems: readonly LineItem[];
  readonly request: RequestRef | undefined;
  /** Milliseconds until the recovery loop takes over. */
  readonly dueInMs: number;
  /** Milliseconds until it is given up; undefined: never. */
  readonly deadlineInMs: number | undefined;
}

/** Writes down a wish. The order has no other open one: the database refuses a second. */
export async function insertIntention(tx: Transaction, wish: NewIntention): Promise<Intention> {
  const { orderId, generation, kind, request, dueInMs, deadlineInMs } = wish;
  const [row] = await tx.run(insert, {
    orderId,
    generation,
    kind,
    lineItems: storedLineItems(wish.lineItems),
    principal: request?.principal ?? null,
    rpc: request?.rpc ?? null,
    requestId: request?.requestId ?? null,
    fingerprint: request?.fingerprint ?? null,
    dueInMs,
    deadlineInMs: deadlineInMs ?? null,
  });
  if (row === undefined) throw new Error("an insert returned no row");
  return toIntention(row);
}

export async function findIntention(
  session: Session,
  orderId: string,
  generation: number,
): Promise<Intention | undefined> {
  return (await session.run(find, { orderId, generation })).map(toIntention)[0];
}

/** The open wish of an order, if it has one. */
export async function findOpenIntention(session: Session, orderId: string): Promise<Intention | undefined> {
  return (await session.run(findOpen, { orderId })).map(toIntention)[0];
}

/** The open wish that a request asked for, if there is one. */
export async function findIntentionOfRequest(session: Session, request: RequestRef): Promise<Intention | undefined> {
  const { requestId, rpc, principal } = request;
  return (await session.run(findByRequest, { requestId, rpc, principal })).map(toIntention)[0];
}

/** Closes a wish if it is still open; false when somebody else decided it. */
export async function closeIntention(
  session: Session,
  { orderId, generation }: Pick<Intention, "orderId" | "generation">,
  state: Exclude<IntentionState, "open">,
  refusal?: RefusalRecord,
): Promise<boolean> {
  const params = { orderId, generation, state, refusal: refusal === undefined ? null : JSON.stringify(refusal) };
  return (await session.run(close, params)).length > 0;
}

/** A wish that this process has for itself for a while. */
export interface ClaimedIntention {
  readonly intention: Intention;
  /** Its deadline has passed. */
  readonly isLate: boolean;
}

/** Takes up to `limit` overdue wishes for `leaseMs`, the longest overdue first; other instances get others. */
export async function claimDueIntentions(
  session: Session,
  limit: number,
  leaseMs: number,
): Promise<ClaimedIntention[]> {
  return session.run(claim, { limit, leaseMs });
}

/** The same, but only those whose deadline has passed: the longest late first. */
export async function claimLateIntentions(
  session: Session,
  limit: number,
  leaseMs: number,
): Promise<ClaimedIntention[]> {
  return session.run(claimLate, { limit, leaseMs });
}

/** Gives a claimed wish back, due again after `delayMs`; nothing happens when it was claimed again meanwhile. */
export async function postponeIntention(session: Session, intention: Intention, delayMs: number): Promise<void> {
  const { orderId, generation, attempts } = intention;
  await session.run(postpone, { orderId, generation, attempts, delayMs });
}

/** The channel on which recovery loops hear that an intention was handed over. */
export const INTENTIONS_CHANNEL = "order_intentions";

/**
 * Makes a wish due at once and tells every recovery loop; nothing happens when one of them has claimed it meanwhile. The notification is
 * not sent with the wish itself, but only when nobody is at it any more: NOTIFY makes commits wait for each other.
 */
export async function handOverIntention(session: Session, intention: Intention): Promise<void> {
  const { orderId, generation, attempts } = intention;
  await session.run(handOver, { orderId, generation, attempts, channel: INTENTIONS_CHANNEL });
}

/** Where a page of open intentions begins: after this one. */
export interface OpenIntentionCursor {
  readonly createTime: string;
  readonly orderId: string;
  readonly generation: number;
}

/** Up to `limit` open wishes after the cursor, oldest first. */
export async function listOpenIntentions(
  session: Session,
  after: OpenIntentionCursor,
  limit: number,
): Promise<Intention[]> {
  return (await session.run(listOpen, { ...after, limit })).map(toIntention);
}

/** Removes up to `limit` wishes that were closed longer than `keepMs` ago; returns how many. */
export async function sweepIntentions(session: Session, keepMs: number, limit: number): Promise<number> {
  return (await session.run(sweep, { keepMs, limit })).length;
}
