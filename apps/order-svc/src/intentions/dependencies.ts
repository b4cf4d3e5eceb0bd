import type { CachedEntity } from "@skyport/cache";
import type { Database } from "@skyport/db";
import type { Order as OrderMessage } from "@skyport/proto";
import type { Logger } from "@skyport/rpc";
import type { StorageWriter } from "@skyport/service";
import type { ProductClient } from "../peers/product-client.ts";

/** When things that are not done yet are taken over, or given up. All in milliseconds. */
export interface IntentionTimes {
  /** How long whoever wrote an intention down has it for itself. Default 2,000. */
  readonly overdueMs: number;
  /** How long the recovery loop has it for itself. Default 5,000. */
  readonly leaseMs: number;
  /** How long a new order is tried before it is given up. Default 30,000. */
  readonly createDeadlineMs: number;
  /**
   * How often the recovery loop looks for overdue intentions, beside those that it is told of. Infinity: this instance
   * recovers nothing. Default 200.
   */
  readonly pollMs: number;
  /** How long closed intentions are kept. Default 24 hours. */
  readonly keepMs: number;
}

export const DEFAULT_TIMES: IntentionTimes = {
  overdueMs: 2_000,
  leaseMs: 5_000,
  createDeadlineMs: 30_000,
  pollMs: 200,
  keepMs: 24 * 60 * 60 * 1000,
};

/** What the work on intentions needs. */
export interface IntentionDependencies {
  readonly database: Database;
  readonly writer: StorageWriter;
  readonly orders: CachedEntity<OrderMessage>;
  readonly productClient: ProductClient;
  readonly times: IntentionTimes;
  readonly logger: Logger;
}
