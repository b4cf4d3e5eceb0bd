import type { Rules } from "./rules.ts";
import { cached, LIVE, NOW, type Place, type State, sealed, type Writer } from "./state.ts";
import { type Event, slotIn, withSlot } from "./step.ts";

/** A state after a command, and what the command brought about. */
export interface Done {
  readonly state: State;
  readonly events: readonly Event[];
  /** A fill put its value in place. */
  readonly filled: boolean;
}

/** INTENT, and the same for one's own again. Notes who has overlapped with whom, for the third invariant. */
export function intend(state: State, place: Place, token: string, rules: Rules): State {
  const before = slotIn(state, place);
  const quarantined = place === "current" && state.quarantined;
  const slot = rules.intend(before, token, LIVE, NOW, quarantined);
  const others = before?.state === "writing" ? [...before.deadlines.keys()].filter((other) => other !== token) : [];
  if (others.length === 0) return withSlot(state, place, slot);
  const meets = (writer: Writer) => writer.token === token || others.includes(writer.token);
  const writers = state.writers.map((writer) => (meets(writer) ? { ...writer, overlapped: true } : writer));
  return withSlot({ ...state, writers }, place, slot);
}

/** RELEASE. In quarantine an offer is dropped, as both stores do it. */
export function release(
  state: State,
  place: Place,
  { token, offer }: { readonly token: string; readonly offer: number | undefined },
  rules: Rules,
): Done {
  const takes = offer !== undefined && !(place === "current" && state.quarantined);
  const before = slotIn(state, place);
  const { slot } = rules.release(before, token, takes ? sealed(offer) : undefined, NOW);
  const made = cached(slot) !== undefined && slot !== before;
  const overlapped = state.writers.some((writer) => writer.token === token && writer.overlapped);
  const events: Event[] = made ? [{ kind: "value made", by: "release", overlapped }] : [];
  return { state: withSlot(state, place, slot), events, filled: false };
}

/** FILL. In quarantine it gives the lease back, as both stores do it. */
export function fill(
  state: State,
  place: Place,
  { token, version }: { readonly token: string; readonly version: number },
  rules: Rules,
): Done {
  const before = slotIn(state, place);
  const shut = place === "current" && state.quarantined;
  const slot = shut ? rules.abandon(before, token) : rules.fill(before, token, sealed(version));
  const filled = cached(slot) !== undefined && slot !== before;
  const events: Event[] = filled ? [{ kind: "value made", by: "fill", overlapped: false }] : [];
  return { state: withSlot(state, place, slot), events, filled };
}
