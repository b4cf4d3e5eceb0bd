import type { Sealed } from "../store.ts";

/** Writes that may still commit, each with the moment (in ms of the store's clock) at which its intent ends. */
export interface Writing {
  readonly state: "writing";
  /** Two writes have overlapped: the offer of neither may become the value. */
  readonly contended: boolean;
  readonly deadlines: ReadonlyMap<string, number>;
}

/** One reader's promise to fill the key. */
export interface Lease {
  readonly state: "lease";
  readonly token: string;
}

/** A row as it was stored, or its absence. */
export interface Value {
  readonly state: "value";
  readonly value: Sealed;
}

/** What a key holds; undefined when it is absent. */
export type Slot = Value | Lease | Writing | undefined;

/** The slot without intents that have ended; absent when none is left. */
export function prune(slot: Slot, now: number): Slot {
  if (slot?.state !== "writing") return slot;
  const live = new Map([...slot.deadlines].filter(([, deadline]) => deadline > now));
  return live.size === 0 ? undefined : { ...slot, deadlines: live };
}

/** GET. After: a key that was absent holds this lease; else unchanged. */
export function look(slot: Slot, token: string): NonNullable<Slot> {
  return slot ?? { state: "lease", token };
}

/** A GET that changes nothing: what it would find where there is a value, and undefined whatever else is there. */
export function peek(slot: Slot): Sealed | undefined {
  return slot?.state === "value" ? slot.value : undefined;
}

/**
 * FILL. Before: anything. After: the value, if and only if the key held exactly this lease; else unchanged. The compare
 * is what keeps a late reader from putting an old row back.
 */
export function fill(slot: Slot, token: string, value: Sealed): Slot {
  return slot?.state === "lease" && slot.token === token ? { state: "value", value } : slot;
}

/** Gives a lease back. After: absent if the key held exactly this lease; else unchanged. */
export function abandon(slot: Slot, token: string): Slot {
  return slot?.state === "lease" && slot.token === token ? undefined : slot;
}

/**
 * INTENT. After: the key holds this token with this deadline, and neither value nor lease. A token that joins live ones
 * makes the slot contended; renewing one's own does not. So does one that comes in quarantine: writes whose intents are
 * lost may overlap with it, unseen, and its release may come when the quarantine is over.
 */
export function intend(slot: Slot, token: string, deadline: number, now: number, quarantined: boolean): Writing {
  const before = prune(slot, now);
  if (before?.state !== "writing")
    return { state: "writing", contended: quarantined, deadlines: new Map([[token, deadline]]) };
  const others = before.deadlines.size > (before.deadlines.has(token) ? 1 : 0);
  return {
    state: "writing",
    contended: before.contended || others || quarantined,
    deadlines: new Map([...before.deadlines, [token, deadline]]),
  };
}

/** What RELEASE makes of a slot, and whether another write had overlapped with this one. */
export interface Released {
  readonly slot: Slot;
  readonly contended: boolean;
}

/**
 * RELEASE. After: the token is gone. Alone and never contended, the offer takes its place; alone otherwise, the key is
 * absent. With others, they stay, contended. A token that is missing was lost: a value or lease found in its place may
 * stem from before the commit, so it goes (the fence), and writes found there have overlapped with this one.
 */
export function release(slot: Slot, token: string, offer: Sealed | undefined, now: number): Released {
  const before = prune(slot, now);
  if (before?.state !== "writing") return { slot: undefined, contended: false };
  const others = new Map(before.deadlines);
  const held = others.delete(token);
  if (others.size > 0) return { slot: { state: "writing", contended: true, deadlines: others }, contended: true };
  const install = held && !before.contended && offer !== undefined;
  return { slot: install ? { state: "value", value: offer } : undefined, contended: before.contended };
}
