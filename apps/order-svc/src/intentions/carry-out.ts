import type { Intents } from "@skyport/cache";
import type { Transaction } from "@skyport/db";
import type { Deadline } from "@skyport/deadline";
import { DomainError, requestIdReused } from "@skyport/errors";
import type { Order as OrderMessage } from "@skyport/proto";
import type { CallerContext } from "@skyport/rpc";
import type { Intention, RequestRef } from "../domain/intention.ts";
import { leaveRoom } from "../peers/leave-room.ts";
import { findIntentionOfRequest } from "../repositories/intentions.ts";
import type { IntentionDependencies } from "./dependencies.ts";
import { settleOwn } from "./hand-over.ts";
import { grantedOrder, join } from "./outcome.ts";
import { claim } from "./request-records.ts";
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

type Found = Written | { readonly answered: OrderMessage } | { readonly joined: Intention };

/** How long to wait before a request id is tried again that another transaction holds at this moment, in milliseconds. */
const CLAIM_RETRY_MS = 20;

/**
 * Carries out what a caller asks for: writes the wish down, asks the product service, and answers with the order. A
 * repeat of a request gets the first answer, and joins an attempt in flight, whichever instance that is at.
 *
 * @throws the refusal; PRODUCT_SERVICE_UNAVAILABLE or another retryable error when the outcome is not known yet, which
 *   the recovery loop then finishes
 */
export async function carryOut<Prepared>(
  dependencies: IntentionDependencies,
  { request, prepare, writeDown }: Ask<Prepared>,
  caller: CallerContext,
): Promise<OrderMessage> {
  const { deadline } = caller;
  for (;;) {
    const [prepared] = await Promise.allSettled([prepare(leaveRoom(caller, WRITE_ROOM_MS))]);
    if (prepared.status === "rejected" && request === undefined) throw prepared.reason;
    const found = await record(dependencies, request, deadline, async (tx, intents) => {
      // A repeat gets its first answer even when it could not be carried out any more.
      if (prepared.status === "rejected") throw prepared.reason;
      return writeDown(tx, intents, prepared.value);
    });
    if ("answered" in found) return found.answered;
    if ("earlier" in found) {
      await finishEarlier(dependencies, found.earlier, caller);
      continue;
    }
    const settled = "wish" in found ? await settleOwn(dependencies, found.wish, caller) : undefined;
    if (settled !== undefined) return settled;
    const wish = "wish" in found ? found.wish : found.joined;
    await join(dependencies, wish, deadline);
    if (request === undefined) return grantedOrder(dependencies, wish, deadline);
    // The answer was kept with the wish, and the next round finds it: the order itself may have changed since.
  }
}

/** Writes the wish down, unless the request was answered before or is in flight. */
async function record(
  { writer, orders }: IntentionDependencies,
  request: RequestRef | undefined,
  deadline: Deadline,
  writeDown: (tx: Transaction, intents: Intents) => Promise<Written>,
): Promise<Found> {
  for (;;) {
    try {
      const found = await writer.write(deadline, async (tx, intents): Promise<Found> => {
        if (request === undefined) return writeDown(tx, intents);
        const { answered, inFlight } = await lookUp(tx, request);
        if (answered !== undefined) return { answered };
        if (inFlight === undefined) return writeDown(tx, intents);
        if (inFlight.request?.fingerprint !== request.fingerprint) throw requestIdReused("request_id");
        return { joined: inFlight };
      });
      // The first answer's writer may have died before it made its write visible to every reader.
      if ("answered" in found) await writer.reassure(deadline, orders.key(found.answered.id));
      return found;
    } catch (error) {
      if (!(error instanceof DomainError) || error.reason !== "REQUEST_IN_PROGRESS") throw error;
      if (deadline.remainingMs <= CLAIM_RETRY_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, CLAIM_RETRY_MS));
    }
  }
}

/**
 * What became of a request so far. The look for its answer comes last: a wish that was granted between two looks the
 * other way round would be in neither, and be carried out again. One round trip: the three travel together.
 */
async function lookUp(
  tx: Transaction,
  request: RequestRef,
): Promise<{ answered: OrderMessage | undefined; inFlight: Intention | undefined }> {
  const [, inFlight, answered] = await Promise.all([
    claim(tx, request),
    findIntentionOfRequest(tx, request),
    claim(tx, request),
  ]);
  return { answered, inFlight };
}

/** Finishes an earlier change of the same order, so that the next one can be written down. */
async function finishEarlier(
  dependencies: IntentionDependencies,
  earlier: Intention,
  caller: CallerContext,
): Promise<void> {
  try {
    await settle(dependencies, earlier, caller);
  } catch (cause) {
    throw new DomainError("CONTENTION", "an earlier change of this order is still open", { cause });
  }
}
