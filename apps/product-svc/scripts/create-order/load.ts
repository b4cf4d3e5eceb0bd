/** What the clients shall do for a while. */
export interface Load {
  /** How many products are ordered, each as often as any other; 0 is the hot one alone. */
  readonly spread: number;
  /** How long, in milliseconds. */
  readonly ms: number;
  /**
   * How orders come: from so many clients, each of which waits for its answer; or so many a second, whatever becomes of
   * those before (a closed loop would ask less of a service that is late).
   */
  readonly arrivals: { readonly clients: number } | { readonly perSecond: number };
}

/** What they saw. Times are milliseconds; for a fixed rate they begin when the order was due to be sent. */
export interface Seen {
  /** Of the orders that were confirmed. */
  readonly latencies: readonly number[];
  /** How many failed, by reason. */
  readonly failures: ReadonlyMap<string, number>;
  /** From the first order to the last answer. */
  readonly elapsedMs: number;
}
