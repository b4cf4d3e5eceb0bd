interface Read {
  readonly start: number;
  readonly end: number;
  readonly version: bigint;
}

interface Acknowledged {
  readonly at: number;
  readonly version: bigint;
}

export interface Verdict {
  readonly reads: number;
  readonly writes: number;
  /** Reads older than the newest version that was acknowledged before they started. */
  readonly stale: number;
  /** Reads older than one that ended before they started. */
  readonly backward: number;
}

/**
 * What was read and acknowledged of one key, on one monotonic clock. Only operations that do not overlap are compared:
 * those are the ones whose order a caller can know.
 */
export class History {
  readonly #reads: Read[] = [];
  readonly #acknowledged: Acknowledged[] = [];

  async read(work: () => Promise<bigint>): Promise<void> {
    const start = performance.now();
    const version = await work();
    this.#reads.push({ start, end: performance.now(), version });
  }

  async write(work: () => Promise<bigint>): Promise<void> {
    const version = await work();
    this.#acknowledged.push({ at: performance.now(), version });
  }

  check(): Verdict {
    const acknowledged = floor(this.#acknowledged);
    const returned = floor(this.#reads.map(({ end, version }) => ({ at: end, version })));
    let stale = 0;
    let backward = 0;
    for (const { start, version } of this.#reads) {
      if (version < acknowledged(start)) stale += 1;
      if (version < returned(start)) backward += 1;
    }
    return { reads: this.#reads.length, writes: this.#acknowledged.length, stale, backward };
  }
}

/** The newest version of all events strictly before a moment. */
function floor(events: readonly Acknowledged[]): (moment: number) => bigint {
  const ordered = [...events].sort((a, b) => a.at - b.at);
  let newest = -1n;
  const steps = ordered.map(({ at, version }) => {
    if (version > newest) newest = version;
    return { at, newest };
  });
  return (moment) => {
    let low = 0;
    let high = steps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((steps[middle]?.at ?? 0) < moment) low = middle + 1;
      else high = middle;
    }
    return steps[low - 1]?.newest ?? -1n;
  };
}
