/** One Ctrl-C arrives twice when npm, which the terminal signals too, passes its own on; in milliseconds. */
const SAME_CTRL_C_MS = 300;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A listener that calls `first` once, and `again` for each call that is not of the same Ctrl-C. */
export function firstThenAgain(first: () => void, again: () => void, now: () => number): () => void {
  let at: number | undefined;
  return () => {
    if (at === undefined) {
      at = now();
      first();
    } else if (now() - at > SAME_CTRL_C_MS) again();
  };
}

/** Calls `first` at the first signal that asks for an end and `again` at each later one, until this process has ended. */
export function onSignals(first: () => void, again: () => void): void {
  const listener = firstThenAgain(first, again, () => performance.now());
  for (const name of SIGNALS) process.on(name, listener);
}
