import type { Session } from "@skyport/db";
import type { Deadline } from "@skyport/deadline";
import { requestIdReused } from "@skyport/errors";
import type { Order as OrderMessage } from "@skyport/proto";
import type { Intention, RequestRef } from "../domain/intention.ts";
import { findIntentionOfRequest } from "../repositories/intentions.ts";
import type { IntentionDependencies } from "./dependencies.ts";
import { claim, findAnswer } from "./request-records.ts";

/** What became of a request so far: it was answered, or somebody is at it. */
export type Earlier = { readonly answered: OrderMessage } | { readonly joined: Intention };

/**
 * Looks at what became of a request, in one round trip and before anything is asked for it: a repeat needs no product
 * service. Undefined may be out of date at once.
 *
 * @throws REQUEST_ID_REUSED
 */
export function lookUp(
  { database }: Pick<IntentionDependencies, "database">,
  request: RequestRef,
  deadline: Deadline,
): Promise<Earlier | undefined> {
  return database.read(deadline, async (session) => {
    const [inFlight, answered] = await Promise.all([inFlightOf(session, request), findAnswer(session, request)]);
    return earlier(inFlight, answered);
  });
}

/**
 * The same under the request's lock, and with BEGIN: when it is undefined, it stays so until the transaction ends.
 *
 * @throws REQUEST_ID_REUSED, REQUEST_IN_PROGRESS
 */
export async function lookUpAndClaim(session: Session, request: RequestRef): Promise<Earlier | undefined> {
  const [, inFlight, answered] = await Promise.all([
    claim(session, request),
    inFlightOf(session, request),
    findAnswer(session, request),
  ]);
  return earlier(inFlight, answered);
}

// The look for the answer comes last: a wish that was granted between two looks the other way round would be in neither,
// and be carried out again. They travel together.
async function inFlightOf(session: Session, request: RequestRef): Promise<Intention | undefined> {
  const inFlight = await findIntentionOfRequest(session, request);
  if (inFlight !== undefined && inFlight.request?.fingerprint !== request.fingerprint) {
    throw requestIdReused("request_id");
  }
  return inFlight;
}

function earlier(inFlight: Intention | undefined, answered: OrderMessage | undefined): Earlier | undefined {
  if (answered !== undefined) return { answered };
  return inFlight && { joined: inFlight };
}
