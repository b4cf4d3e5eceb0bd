import type { CallOptions } from "@connectrpc/connect";
import type { Deadline } from "@skyport/deadline";
import { deadlineExceeded } from "@skyport/errors";
import { REQUEST_ID_HEADER } from "../call/request-id.ts";

/** What a call hands on: `callOf(context)` has both. */
export interface CallerContext {
  readonly deadline: Deadline;
  /** The call's id; background work may have none. */
  readonly id?: string;
}

/**
 * Options of a call to a peer on behalf of `caller`: what is left of its time as the timeout (whole milliseconds, none
 * for `Deadline.NEVER`), and its id. Throws DEADLINE_EXCEEDED when less than a millisecond is left: the peer would only
 * work for nobody.
 */
export function peerOptions(caller: CallerContext): CallOptions {
  const { deadline, id } = caller;
  const timeoutMs = Math.floor(deadline.remainingMs);
  if (timeoutMs === 0) throw deadlineExceeded();
  return {
    ...(Number.isFinite(timeoutMs) ? { timeoutMs } : {}),
    ...(id === undefined ? {} : { headers: { [REQUEST_ID_HEADER]: id } }),
  };
}
