/** What a program has used since its start, and holds at this moment. */
export interface Usage {
  readonly kind: "usage";
  /** Of all its threads, in user mode and in the system. */
  readonly cpuMicros: number;
  /** Resident memory. */
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** How much later than asked for timers ran, since it is watched; undefined before. */
  readonly loopDelay: { readonly p99Ms: number; readonly maxMs: number } | undefined;
}

/** Asks a program for its usage. */
export interface UsageQuestion {
  readonly kind: "usage?";
  /** Whether the delay of its event loop is watched after the answer, from nothing. */
  readonly watchLoop: boolean;
}

function kindOf(message: unknown): unknown {
  return typeof message === "object" && message !== null && "kind" in message ? message.kind : undefined;
}

/** Messages between parent and child are told apart by their kind; both ends are of one checkout. */
export function isKind<T extends { readonly kind: string }>(message: unknown, kind: T["kind"]): message is T {
  return kindOf(message) === kind;
}
