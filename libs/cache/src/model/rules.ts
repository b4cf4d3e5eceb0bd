import { abandon, fill, intend, look, peek, prune, release } from "../protocol/slot.ts";
import { mayShare } from "../read/flight.ts";

/** What a fill's outcome is good for: the moment it was sent when it succeeded, else the moment the read began. */
function filledAsOf(filled: boolean, sentAt: number, loadedAt: number): number {
  return filled ? sentAt : loadedAt;
}

/**
 * What keeps the promise: the functions that the stores and readers themselves run, and the order in which readers, writers
 * and namespaces use them. A search with one of them replaced shows what it is for.
 */
export const PROTOCOL = {
  look,
  peek,
  fill,
  abandon,
  intend,
  release,
  prune,
  mayShare,
  filledAsOf,
  /** A hit that waits for nothing asks the store each time, and takes from memory no more than what the bytes decode to. */
  peeksAsk: true,
  /** When a write takes its intent. */
  intent: "before the change" as "before the change" | "before the commit" | "after the commit",
  /** When a write is acknowledged. */
  acknowledge: "after the release" as "after the release" | "after the commit",
  /** Repeated releases carry the offer of the first. */
  offersAgain: false,
  /** A write whose intent was renewed still makes its offer. */
  offersAfterRenewal: false,
  /** A write that was rolled back makes its offer. */
  offersAfterRollback: false,
  /** The server ends a transaction before its intent ends. */
  intentsOutlive: true,
  /** A server that changes its role, or is replaced, starts another namespace. */
  namespaces: true,
  /** Intents and releases count only after a check that their namespace still stands. */
  checks: true,
  /** A namespace takes no intents while readers trust its predecessor. */
  settling: true,
  /** An acknowledgement, too, waits until nobody trusts the predecessor. */
  settlingOfReleases: true,
  /** A namespace, and a server that was flushed, takes no values while writes may commit whose intents it has not. */
  quarantine: true,
  /** The quarantine is longer than that by the length of a lease. */
  quarantineOfLeases: true,
};

export type Rules = Readonly<typeof PROTOCOL>;
