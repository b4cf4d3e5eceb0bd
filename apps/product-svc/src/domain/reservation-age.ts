import { type DomainError, invalidFields } from "@skyport/errors";

/** How long a released reservation is remembered, in milliseconds: 7 days. */
export const TOMBSTONE_MS = 7 * 24 * 60 * 60 * 1000;

/** How far the clock of who makes ids may be ahead of the database's, in milliseconds: an hour. */
export const CLOCK_SKEW_MS = 60 * 60 * 1000;

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7/i;

/** When a UUID of version 7 was made, in milliseconds since the epoch (RFC 9562); undefined for other versions. */
export function madeAt(uuid: string): number | undefined {
  return UUID_V7.test(uuid) ? Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16) : undefined;
}

/**
 * Refuses to begin a reservation whose id is older than released reservations are remembered: its release may have
 * been forgotten already, and a late first attempt would hold stock for nobody. An id of the future is refused too: it would
 * pass for young for longer than its release is remembered.
 *
 * @param nowMs the database's time, milliseconds since the epoch
 */
export function tooOldToBegin(id: string, nowMs: number): DomainError | undefined {
  const made = madeAt(id);
  if (made !== undefined && nowMs - made <= TOMBSTONE_MS && made - nowMs <= CLOCK_SKEW_MS) return undefined;
  return invalidFields([
    { field: "reservation_id", description: "a new reservation needs a UUID of version 7 made in the last 7 days" },
  ]);
}
