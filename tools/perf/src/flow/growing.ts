import { setTimeout as sleep } from "node:timers/promises";

/** How data grows in a time-lapse. */
export interface Growth {
  /** Rows a second in the time that is shown. */
  readonly perSecond: number;
  /** How long the run is, and how long a time it stands for. */
  readonly seconds: number;
  readonly standsFor: number;
}

const EVERY_MS = 1_000;

/** How many rows are to be added in each second of the run: what the flow does not make by itself in that time. */
export function addedPerSecond({ perSecond, seconds, standsFor }: Growth): number {
  return Math.max(0, Math.round(perSecond * (standsFor / seconds - 1)));
}

/** Adds rows each second until it is disposed of; then throws what adding has thrown. */
export function growing(growth: Growth, add: (count: number) => Promise<unknown>): AsyncDisposable {
  const stop = new AbortController();
  const count = addedPerSecond(growth);
  const grow = async (): Promise<void> => {
    for (let due = performance.now() + EVERY_MS; ; due += EVERY_MS) {
      await sleep(Math.max(0, due - performance.now()), undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) return;
      await add(count);
    }
  };
  const grown = count > 0 ? grow() : Promise.resolve();
  // Thrown at the end.
  grown.catch(() => undefined);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await grown;
    },
  };
}
