import { DomainError, requestIdReused } from "@skyport/errors";
import { sql } from "drizzle-orm";
import { sqlStatement } from "../connection/statement.ts";
import { lockId } from "../locks/lock-id.ts";
import type { PartitionPlan } from "../partitions/maintain.ts";
import type { Session } from "../unit/session.ts";
import type { Transaction } from "../unit/transaction.ts";

/** Names one request: the id alone is the caller's choice, and another caller or RPC may choose the same. */
export interface RequestKey {
  /** Who calls; empty until authentication is on. */
  readonly principal: string;
  /** The RPC's full name. */
  readonly rpc: string;
  /** A UUID. */
  readonly requestId: string;
  /** A digest of what was asked, to tell a repeat from another request under the same id. */
  readonly fingerprint: Uint8Array;
}

/** A request and its answer, encoded. */
export interface AnsweredRequest extends RequestKey {
  readonly response: Uint8Array;
}

/** Whether a request is to be done, or was done before. */
export type RequestClaim = { readonly kind: "new" } | { readonly kind: "replay"; readonly response: Uint8Array };

/** How long answers are kept unless configured otherwise: 24 hours, in milliseconds. */
export const REQUEST_ID_RETENTION_MS = 86_400_000;
const DAY_MS = 86_400_000;

const tryLock = sqlStatement<{ key: bigint }, boolean>(
  sql`select pg_try_advisory_xact_lock(${sql.placeholder("key")}::bigint) as locked`,
  ({ locked }) => locked === true,
  "reads",
);

const find = sqlStatement<
  { principal: string; rpc: string; requestId: string; retentionMs: number },
  { fingerprint: Uint8Array; response: Uint8Array }
>(
  sql`select fingerprint, response from request_ids
    where principal = ${sql.placeholder("principal")} and rpc = ${sql.placeholder("rpc")}
      and request_id = ${sql.placeholder("requestId")}::uuid
      and at > now() - ${sql.placeholder("retentionMs")}::bigint * interval '1 millisecond'
    order by at desc limit 1`,
  // bytea columns arrive as Buffers.
  ({ fingerprint, response }) => ({ fingerprint: fingerprint as Uint8Array, response: response as Uint8Array }),
  "reads",
);

const insert = sqlStatement<
  { principal: string; rpc: string; requestId: string; fingerprint: Uint8Array; response: Uint8Array },
  void
>(
  sql`insert into request_ids (principal, rpc, request_id, fingerprint, response)
    values (${sql.placeholder("principal")}, ${sql.placeholder("rpc")}, ${sql.placeholder("requestId")}::uuid,
      ${sql.placeholder("fingerprint")}::bytea, ${sql.placeholder("response")}::bytea)`,
  () => undefined,
);

/**
 * Claims a request id (AIP-155) for this transaction; may travel with its BEGIN. The lock comes first and the look-up second, each with a snapshot of
 * its own but in one round trip: a look-up from before the lock could miss what its last holder committed. The transaction has to
 * be READ COMMITTED. A plain INSERT would wait for a first attempt that is still running; this does not.
 *
 * @throws REQUEST_ID_REUSED when the id stands for another request; REQUEST_IN_PROGRESS while another transaction holds it.
 */
export async function claimRequest(
  session: Session,
  key: RequestKey,
  retentionMs: number = REQUEST_ID_RETENTION_MS,
): Promise<RequestClaim> {
  const { principal, rpc, requestId } = key;
  const [[locked], response] = await Promise.all([
    session.run(tryLock, { key: lockId(JSON.stringify(["request_id", principal, rpc, requestId.toLowerCase()])) }),
    findResponse(session, key, retentionMs),
  ]);
  if (response !== undefined) return { kind: "replay", response };
  if (locked !== true) {
    throw new DomainError("REQUEST_IN_PROGRESS", "a request with this request_id is still running");
  }
  return { kind: "new" };
}

/**
 * The answer that was kept for a request, without claiming it: undefined may be out of date at once. For answering a
 * repeat before anything is asked that a new request needs.
 *
 * @throws REQUEST_ID_REUSED when the id stands for another request
 */
export async function findResponse(
  session: Session,
  { principal, rpc, requestId, fingerprint }: RequestKey,
  retentionMs: number = REQUEST_ID_RETENTION_MS,
): Promise<Uint8Array | undefined> {
  const [done] = await session.run(find, { principal, rpc, requestId, retentionMs });
  if (done !== undefined && Buffer.compare(done.fingerprint, fingerprint) !== 0) throw requestIdReused("request_id");
  return done?.response;
}

/** Keeps the answer of a claimed request, to commit together with what the request changed. Only successes are kept. */
export async function recordResponse(tx: Transaction, answered: AnsweredRequest): Promise<void> {
  const { principal, rpc, requestId, fingerprint, response } = answered;
  await tx.run(insert, { principal, rpc, requestId, fingerprint, response });
}

/** The upkeep of the table `request_ids`: a partition a day, dropped when all of it is older than the retention. */
export function requestIdPartitions(retentionMs: number = REQUEST_ID_RETENTION_MS): PartitionPlan {
  return { table: "request_ids", every: "day", ahead: 7, keep: Math.ceil(retentionMs / DAY_MS) };
}
