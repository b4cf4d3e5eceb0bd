import type { Operation, ReadOperation, WriteOperation } from "./operation.ts";

/**
 * - `STALE`: older than the newest state that had been acknowledged before the read started.
 * - `BACKWARD`: older than a state that another read had returned before this one started.
 * - `PHANTOM`: a state that no write made, or one whose write started after the read had ended.
 * - `GHOST`: the state of a write that was refused.
 * - `CORRUPT`: a version with the content of another.
 */
export type ViolationKind = "STALE" | "BACKWARD" | "PHANTOM" | "GHOST" | "CORRUPT";

export interface Violation {
  readonly kind: ViolationKind;
  readonly read: ReadOperation;
  /** The operation that the read contradicts, where there is one. */
  readonly because: WriteOperation | ReadOperation | undefined;
  /** A few operations, of earlier rounds too, that show the violation by themselves; `read` and `because` are in it. */
  readonly evidence: readonly Operation[];
  /** One line for people. */
  readonly text: string;
}

/** What one round of operations showed. */
export interface Verdict {
  readonly reads: number;
  readonly writes: number;
  /** How many of the writes had an outcome that is unknown still. */
  readonly unknownWrites: number;
  /** How many violations of each kind. One read can be both STALE and BACKWARD. */
  readonly counts: Readonly<Record<ViolationKind, number>>;
  /** The violations themselves, as many as the checker was told to keep. */
  readonly violations: readonly Violation[];
}
