import type { CallerContext } from "@skyport/rpc";

/**
 * The caller as a peer shall see it: with less time than there is, so that some is left for the answer however long the
 * peer takes.
 *
 * @param ms what is left, in milliseconds, but never more than a quarter of the time that there is
 */
export function leaveRoom({ deadline, id }: CallerContext, ms: number): CallerContext {
  const room = Math.min(ms, deadline.remainingMs / 4);
  return { ...(id === undefined ? {} : { id }), deadline: deadline.minus(room) };
}
