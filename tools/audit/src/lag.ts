import type { Reader } from "./reader.ts";
import type { IntentionSeen } from "./seen.ts";

/** Intentions that take longer than they should. That is no damage: they are tried until they are settled. */
export interface Lag {
  /** How many are open. */
  readonly open: number;
  readonly overdue: number;
  /** The overdue ones that have been open longest. */
  readonly oldest: readonly LateIntention[];
}

export interface LateIntention extends IntentionSeen {
  readonly ageMs: number;
  /** A new order that should have been given up by now. */
  readonly isPastDeadline: boolean;
}

/** An intention that is open for longer is overdue; so is any that the recovery loop has had to try. In milliseconds. */
const OVERDUE_MS = 10_000;

/** How many of the oldest are told. */
const TOLD = 10;

/** Looks at what is open now. Ages are by the clock of this machine: they are told, and nothing is decided by them. */
export async function measureLag(reader: Pick<Reader, "openIntentions">, nowMs: number): Promise<Lag> {
  let open = 0;
  let overdue = 0;
  const oldest: LateIntention[] = [];
  for await (const intention of reader.openIntentions()) {
    open += 1;
    const ageMs = nowMs - Number(intention.createTime / 1_000n);
    if (ageMs < OVERDUE_MS && intention.attempts === 0) continue;
    overdue += 1;
    const { deadline } = intention;
    const isPastDeadline = deadline !== undefined && Number(deadline / 1_000n) < nowMs;
    if (oldest.length < TOLD) oldest.push({ ...intention, ageMs, isPastDeadline });
  }
  return { open, overdue, oldest };
}
