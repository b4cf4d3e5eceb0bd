import {
  type BreakerState,
  CACHE_COUNTERS,
  CACHE_HISTOGRAMS,
  type CacheCounter,
  type CacheHistogram,
  type CacheMetrics,
} from "../telemetry.ts";
import { Histogram, type HistogramSummary } from "./histogram.ts";

/** Everything since the start; what never happened is 0. */
export interface CacheSnapshot {
  readonly counts: Readonly<Record<CacheCounter, number>>;
  /** In milliseconds. */
  readonly histograms: Readonly<Record<CacheHistogram, HistogramSummary>>;
  /** The breaker's state, undefined with the in-process store, which has none; and how often it came to each. */
  readonly breaker: {
    readonly state: BreakerState | undefined;
    readonly entered: Readonly<Record<BreakerState, number>>;
  };
}

/** Metrics kept in this process: for tests, and for a service without a metrics library. */
export interface CacheStats extends CacheMetrics {
  /** The numbers of one entity, or of everything. */
  snapshot(entity?: string): CacheSnapshot;
}

/** What is kept for one entity, or for what is about none. */
interface Numbers {
  readonly counts: Map<CacheCounter, number>;
  readonly histograms: Map<CacheHistogram, Histogram>;
}

/** Counts and histograms in memory, whose size depends on the number of entities alone. */
export function createCacheStats(): CacheStats {
  const byEntity = new Map<string | undefined, Numbers>();
  const entered = { closed: 0, half_open: 0, open: 0 };
  let state: BreakerState | undefined;
  const numbersOf = (entity: string | undefined): Numbers => {
    const known = byEntity.get(entity);
    if (known !== undefined) return known;
    const made: Numbers = { counts: new Map(), histograms: new Map() };
    byEntity.set(entity, made);
    return made;
  };
  return {
    count(counter, by, entity) {
      const { counts } = numbersOf(entity);
      counts.set(counter, (counts.get(counter) ?? 0) + by);
    },
    observe(name, value, entity) {
      const { histograms } = numbersOf(entity);
      const histogram = histograms.get(name) ?? new Histogram();
      histograms.set(name, histogram);
      histogram.record(value);
    },
    breaker(next) {
      state = next;
      entered[next] += 1;
    },
    snapshot(entity) {
      const parts = [...byEntity].flatMap(([name, numbers]) =>
        entity === undefined || name === entity ? [numbers] : [],
      );
      return {
        counts: record(CACHE_COUNTERS, (name) => parts.reduce((sum, { counts }) => sum + (counts.get(name) ?? 0), 0)),
        histograms: record(CACHE_HISTOGRAMS, (name) => merged(parts, name).summary()),
        breaker: { state, entered: { ...entered } },
      };
    },
  };
}

function merged(parts: readonly Numbers[], name: CacheHistogram): Histogram {
  const all = new Histogram();
  for (const { histograms } of parts) {
    const one = histograms.get(name);
    if (one !== undefined) all.add(one);
  }
  return all;
}

function record<K extends string, V>(names: readonly K[], value: (name: K) => V): Readonly<Record<K, V>> {
  // Object.fromEntries forgets which keys it was given.
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<K, V>;
}
