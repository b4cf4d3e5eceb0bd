import type { Slot } from "../protocol/slot.ts";
import type { Place, Reader, State, Writer } from "./state.ts";

/** What a caller learns in a step, besides what the state shows. */
export type Event =
  | { readonly kind: "read"; readonly version: number; readonly acknowledged: number; readonly returned: number }
  | { readonly kind: "acknowledged"; readonly version: number; readonly released: boolean }
  | { readonly kind: "value made"; readonly by: "fill" | "release"; readonly overlapped: boolean };

/** One thing that may happen next. */
export interface Step {
  /** What kind of thing, for counting. */
  readonly name: string;
  /** Who does what, for people. */
  readonly text: string;
  readonly next: State;
  readonly events: readonly Event[];
}

export type Add = (step: Step) => void;

export function withWriter(state: State, index: number, change: Partial<Writer>): State {
  return { ...state, writers: state.writers.map((writer, at) => (at === index ? { ...writer, ...change } : writer)) };
}

export function withReader(state: State, index: number, change: Partial<Reader>): State {
  return { ...state, readers: state.readers.map((reader, at) => (at === index ? { ...reader, ...change } : reader)) };
}

/** What a command that goes there finds; its place must exist. */
export function slotIn(state: State, place: Place): Slot {
  return place === "current" ? state.slot : state.old?.slot;
}

export function withSlot(state: State, place: Place, slot: Slot): State {
  return place === "current" ? { ...state, slot } : { ...state, old: { slot } };
}

/** A read of this version ends: everybody who starts later knows of it. */
export function returned(state: State, version: number): State {
  return { ...state, returned: Math.max(state.returned, version) };
}

/** A write is acknowledged: everybody who starts later knows of it. */
export function acknowledged(state: State, version: number): State {
  return {
    ...state,
    acknowledged: Math.max(state.acknowledged, version),
    returned: Math.max(state.returned, version),
  };
}
