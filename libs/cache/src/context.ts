import { Deadline } from "@skyport/deadline";
import type { Sampler } from "./read/sampler.ts";
import type { CacheStore } from "./store.ts";
import type { CacheLogger, CacheMetrics } from "./telemetry.ts";

/** What reading and writing share: the store, the settings, and the work that goes on after an answer. */
export interface Context {
  readonly store: CacheStore;
  readonly metrics: CacheMetrics;
  readonly logger: CacheLogger;
  readonly schemaVersion: number;
  readonly waitMs: number;
  readonly intentTtlMs: number;
  readonly releaseRetryMs: number;
  readonly maxValueBytes: number;
  readonly staleness: "never" | "bounded-by-ttl";
  readonly sampler: Sampler;
  /** Aborted when the cache is closed: background work ends. */
  readonly closing: AbortSignal;
  /** The time that one call in the background may take. */
  callDeadline(): Deadline;
  /** Tracks work that nobody waits for, so that close() can; its failure is not an error of anyone. */
  inBackground(work: Promise<unknown>): void;
}

const BACKGROUND_CALL_MS = 1_000;

/** A deadline for one call that no caller waits for. */
export function backgroundDeadline(): Deadline {
  return Deadline.after(BACKGROUND_CALL_MS);
}
