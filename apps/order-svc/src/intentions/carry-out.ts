import type { Intents } from "@skyport/cache";
import type { Session, Transaction } from "@skyport/db";
import type { Deadline } from "@skyport/deadline";
import { DomainError } from "@skyport/errors";
import type { Order as OrderMessage } from "@skyport/proto";
import type { CallerContext } from "@skyport/rpc";
import type { Intention, RequestRef } from "../domain/intention.ts";
import { refusalError } from "../domain/refusal.ts";
import { leaveRoom } from "../peers/leave-room.ts";
import type { IntentionDependencies } from "./dependencies.ts";
import { settleOwn } from "./hand-over.ts";
import { type Earlier, lookUp, lookUpAndClaim } from "./look-up.ts";
import { withOpenOutcome } from "./open-outcome.ts";
import { grantedOrder, join, untilClosed } from "./outcome.ts";
import { settle, WRITE_ROOM_MS } from "./settle.ts";

/** What a caller asks for, in two parts: what can be found out before, and what is written down. */
export interface Ask<Prepared> {
  /** Undefined without a request id. */
  readonly request: RequestRef | undefined;
  /** Everything that needs the product service, or may be refused before anything is written. */
  readonly prepare: (caller: CallerContext) => Promise<Prepared>;
  /** Writes the wish down. `earlier` tells of a change of the same order that is still open: it is finished first. */
  readonly writeDown: (tx: Transaction, intents: Intents, prepared: Prepared) => Promise<Written>;
}

/** A wish that was written down, or the one that has to be finished before. */
export type Written = { readonly wish: Intention } | { readonly earlier: Intention };

type Found = Written | Earlier;

/** How long to wait before a request id is tried again that another transaction holds at this moment, in milliseconds. */
const CLAIM_RETRY_MS = 20;

/**
 * Carries out what a caller asks for: writes the wish down, asks the product service, and answers with the order. A
 * repeat of a request gets the first answer, and joins an attempt in flight, whichever instance that is at; for that the
 * product service is not asked.
 *
 * @throws the refusal; PRODUCT_SERVICE_UNAVAILABLE or another retryable error when the outcome is not known yet, which
 *   the recovery loop then finishes
 */
export async function carryOut<Prepared>(
  dependencies: IntentionDependencies,
  ask: Ask<Prepared>,
  caller: CallerContext,
): Promise<OrderMessage> {
  let isWritten = false;
  try {
    return await untilAnswered(dependencies, ask, caller, () => {
      isWritten = true;
    });
  } catch (error) {
    throw isWritten ? withOpenOutcome(error) : error;
  }
}

/** @param onWritten told when the wish is known to be written down, by this call or an earlier one */
async function untilAnswered<Prepared>(
  dependencies: IntentionDependencies,
  ask: Ask<Prepared>,
  caller: CallerContext,
  onWritten: () => void,
): Promise<OrderMessage> {
  const { writer, orders } = dependencies;
  const { request } = ask;
  const { deadline } = caller;
  for (;;) {
    const earlier = request && (await lookUp(dependencies, request, deadline));
    const found = earlier ?? (await prepareAndRecord(dependencies, ask, caller));
    if (!("earlier" in found)) onWritten();
    if ("answered" in found) {
      // The first answer's writer may have died before it made its write visible to every reader.
      await writer.reassure(deadline, orders.key(found.answered.id));
      return found.answered;
    }
    if ("earlier" in found) {
      await finishEarlier(dependencies, found.earlier, caller);
      continue;
    }
    const settled = "wish" in found ? await settleOwn(dependencies, found.wish, caller) : undefined;
    if (settled !== undefined) {
      if ("refusal" in settled) throw refusalError(settled.refusal);
      return settled.order;
    }
    const wish = "wish" in found ? found.wish : found.joined;
    await join(dependencies, wish, deadline);
    if (request === undefined) return grantedOrder(dependencies, wish, deadline);
    // The answer was kept with the wish, and the next round finds it: the order itself may have changed since.
  }
}

/** Finds out what can be found out before, and writes the wish down, unless the request was answered or is in flight by now. */
async function prepareAndRecord<Prepared>(
  dependencies: IntentionDependencies,
  { request, prepare, writeDown }: Ask<Prepared>,
  caller: CallerContext,
): Promise<Found> {
  const [prepared] = await Promise.allSettled([prepare(leaveRoom(caller, WRITE_ROOM_MS))]);
  if (prepared.status === "rejected" && request === undefined) throw prepared.reason;
  return record(dependencies, request, caller.deadline, async (tx, intents) => {
    // A repeat gets its first answer even when it could not be carried out any more.
    if (prepared.status === "rejected") throw prepared.reason;
    return writeDown(tx, intents, prepared.value);
  });
}

/** Writes the wish down, unless the request was answered before or is in flight. */
async function record(
  { writer }: IntentionDependencies,
  request: RequestRef | undefined,
  deadline: Deadline,
  writeDown: (tx: Transaction, intents: Intents) => Promise<Written>,
): Promise<Found> {
  for (;;) {
    try {
      const claim = async (session: Session) => request && lookUpAndClaim(session, request);
      return await writer.writeAhead<Earlier | undefined, Found>(
        deadline,
        claim,
        async (tx, intents, earlier) => earlier ?? (await writeDown(tx, intents)),
      );
    } catch (error) {
      if (!(error instanceof DomainError) || error.reason !== "REQUEST_IN_PROGRESS") throw error;
      if (deadline.remainingMs <= CLAIM_RETRY_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, CLAIM_RETRY_MS));
    }
  }
}

/**
 * Sees an earlier change of the same order to its end, so that the next one can be written down. Whoever is at it is left
 * alone with it for a while: two at once would ask twice, and the one that comes second could not tell what its own change
 * has made of the order.
 */
async function finishEarlier(
  dependencies: IntentionDependencies,
  earlier: Intention,
  caller: CallerContext,
): Promise<void> {
  try {
    const { deadline } = caller;
    const patience = deadline.minus(deadline.remainingMs / 2).capped(dependencies.times.overdueMs);
    const closed = await untilClosed(dependencies, earlier, deadline, patience);
    if (closed === undefined) await settle(dependencies, earlier, caller);
  } catch (cause) {
    throw new DomainError("CONTENTION", "an earlier change of this order is still open", { cause });
  }
}
