import type { Slot } from "../protocol/slot.ts";
import type { Sealed } from "../store.ts";

/** How large a world is searched, and how often it may go wrong in ways that could repeat without end. */
export interface Size {
  readonly writers: number;
  /** Writes that each writer makes, one after the other. */
  readonly writes: number;
  readonly readers: number;
  /** At how many of the readers callers may join a read that is under way. */
  readonly joinable: number;
  /** Commands whose caller gives up, and that take effect later, at any time, or never. */
  readonly late: number;
  /** How often the server is flushed. */
  readonly flushes: number;
  /** How often the server's role changes, or another takes its place, while readers still ask the old one. */
  readonly failovers: number;
  /** How often somebody deletes an entry with intents by hand. */
  readonly losses: number;
}

/** Which of two namespaces a command goes to: the one in use, or its predecessor, which readers still trust. */
export type Place = "current" | "old";

/** A transaction as the database sees it. `committing`: COMMIT was sent, and its answer is lost. */
export type Tx = "none" | "open" | "changed" | "committing" | "committed" | "rolled back";

/** One write, from its intent to its acknowledgement. */
export interface Writer {
  readonly name: string;
  readonly token: string;
  readonly tx: Tx;
  /** The version that it gave the row; 0 before. */
  readonly version: number;
  /** `released`: readers may still trust the namespace before; `over`: there is nothing left to do; `dead`: its process is. */
  readonly life: "working" | "released" | "over" | "dead";
  readonly intent: "none" | "taken" | "lost with its namespace";
  /** It makes no offer. */
  readonly gap: boolean;
  /** A release was sent already. */
  readonly repeats: boolean;
  readonly acknowledged: boolean;
  /** Another write's intent has stood beside its own. What happened, not what anybody knows. */
  readonly overlapped: boolean;
  /** Writes that it makes after this one. */
  readonly left: number;
}

/** A caller that came while a read was under way, and what it must not read less than. */
export interface Joiner {
  readonly arrived: number;
  readonly acknowledged: number;
  readonly returned: number;
}

/** How far a read is. `past`: it holds no lease; `landing`: its outcome is known, and not handed out yet. */
export type Flight =
  | { readonly stage: "none" }
  | { readonly stage: "waiting" | "past" }
  | { readonly stage: "leased"; readonly token: string; readonly place: Place | "gone" }
  | { readonly stage: "read"; readonly token: string; readonly place: Place | "gone"; readonly version: number }
  | { readonly stage: "landing"; readonly version: number; readonly asOf: number };

/** One process that reads. */
export interface Reader {
  readonly name: string;
  /** Callers may join its reads. */
  readonly joinable: boolean;
  readonly flight: Flight;
  readonly joiner: Joiner | undefined;
  /** The version that it found last; kept only where that is served without asking the store. */
  readonly known: number | undefined;
}

/** A command that is under way although nobody waits for its answer any more. */
export type Message =
  | { readonly kind: "intent"; readonly token: string; readonly place: Place }
  | { readonly kind: "release"; readonly token: string; readonly place: Place; readonly offer: number | undefined }
  | { readonly kind: "fill"; readonly token: string; readonly place: Place; readonly version: number };

/** One row, its cache entry, and everybody who works on it. */
export interface State {
  readonly slot: Slot;
  /** What the namespace before holds, while readers trust it. */
  readonly old: { readonly slot: Slot } | undefined;
  /** What a replica that lags would hold after its promotion; kept only where namespaces do not put it out of reach. */
  readonly replica: Slot;
  readonly quarantined: boolean;
  /** A lease that was taken in quarantine, while a write whose intent is lost was open; it ends before the quarantine. */
  readonly early: string | undefined;
  /** The newest committed version, and the newest drawn. */
  readonly committed: number;
  readonly drawn: number;
  /** The newest version that was acknowledged, and that was acknowledged or returned by a read. */
  readonly acknowledged: number;
  readonly returned: number;
  readonly writers: readonly Writer[];
  readonly readers: readonly Reader[];
  readonly messages: readonly Message[];
  readonly left: {
    readonly late: number;
    readonly flushes: number;
    readonly failovers: number;
    readonly losses: number;
  };
}

/** Intents live at a clock that stands still: one that ends is taken out by `prune` at once. */
export const NOW = 0;
export const LIVE = 1;

/** The row's state in a version, as it would be stored. */
export function sealed(version: number): Sealed {
  return { bytes: Uint8Array.of(version), ttlMs: 1 };
}

/** The version of a cached value; undefined for what is none. */
export function cached(slot: Slot): number | undefined {
  return slot?.state === "value" ? slot.value.bytes[0] : undefined;
}

/** Whether the transaction can no longer change anything. */
export function isFinal({ tx }: Writer): boolean {
  return tx === "committed" || tx === "rolled back";
}

/** Whether a write is open that took its intent from a server that has lost it since. */
export function isAnyLost({ writers }: State): boolean {
  return writers.some((writer) => writer.intent === "lost with its namespace" && !isFinal(writer));
}

/** Whether the entry is the lease of a reader who may have read before such a write was committed. */
export function isEarly({ slot, early }: State): boolean {
  return slot?.state === "lease" && slot.token === early;
}

export function freshWriter(name: string, number: number, left: number): Writer {
  return {
    name,
    token: `${name}${number}`,
    tx: "none",
    version: 0,
    life: "working",
    intent: "none",
    gap: false,
    repeats: false,
    acknowledged: false,
    overlapped: false,
    left,
  };
}

export function initialState(size: Size): State {
  const { writers, writes, readers, joinable, late, flushes, failovers, losses } = size;
  return {
    slot: undefined,
    old: undefined,
    replica: undefined,
    quarantined: false,
    early: undefined,
    committed: 0,
    drawn: 0,
    acknowledged: 0,
    returned: 0,
    writers: Array.from({ length: writers }, (_, index) => freshWriter("ABCDE"[index] ?? "Z", 1, writes - 1)),
    readers: Array.from({ length: readers }, (_, index) => ({
      name: "RSTUV"[index] ?? "Y",
      joinable: index < joinable,
      flight: { stage: "none" },
      joiner: undefined,
      known: undefined,
    })),
    messages: [],
    left: { late, flushes, failovers, losses },
  };
}
