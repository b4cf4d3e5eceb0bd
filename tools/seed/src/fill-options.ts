import type { RetryOptions } from "@skyport/rpc";

/** How a part of the system is filled. */
export interface FillOptions {
  readonly seed: number;
  /** Calls in flight at a time. */
  readonly concurrency: number;
  /** Told after each resource. */
  readonly onDone: () => void;
  readonly retry: RetryOptions;
}
