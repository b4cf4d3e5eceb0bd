/** One state of one key, as a reader sees it. */
export interface Seen {
  /** Undefined: the row does not exist. */
  readonly version: bigint | undefined;
  /** The content, which names the write that made it. Undefined when the row does not exist. */
  readonly mark: string | undefined;
}

/** A read that was answered. One that failed tells nothing and is not recorded. */
export interface ReadOperation {
  readonly kind: "read";
  readonly key: string;
  /** `monotonicMs` at a moment before the read was sent. */
  readonly start: number;
  /** `monotonicMs` at a moment after its answer had come. */
  readonly end: number;
  readonly seen: Seen;
  /** Who read: a label for people. */
  readonly process: string;
}

/**
 * What the writer was told: `acknowledged`: done, and every later read must show it. `refused`: nothing was changed, and
 * nothing will be. `committed`: it stands, but without the promise of an acknowledgement. `unknown`: any of these; it may
 * also happen later.
 */
export type WriteOutcome = "acknowledged" | "refused" | "committed" | "unknown";

export interface WriteOperation {
  readonly kind: "put" | "remove";
  readonly key: string;
  /** Names this write: no other write of its key has the same. */
  readonly mark: string;
  /** `monotonicMs` at a moment before the write was sent. */
  readonly start: number;
  /** `monotonicMs` at a moment after its answer had come. Undefined: its process ended, or it heard nothing certain. */
  readonly end?: number;
  readonly outcome: WriteOutcome;
  /** The version that a put gave the row, when its writer was told. */
  readonly version?: bigint;
  /** The version on which a remove was conditioned: no other version of the row can have gone by it. */
  readonly removed?: bigint;
  /** Who wrote: a label for people. */
  readonly process: string;
}

export type Operation = ReadOperation | WriteOperation;
