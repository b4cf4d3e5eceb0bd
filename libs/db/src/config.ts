/** What happens to the pool that somebody who runs the service may want to know. */
export type DatabaseEvent =
  | { readonly kind: "connected"; readonly pid: number }
  | { readonly kind: "connect_failed"; readonly error: unknown; readonly retryInMs: number }
  | { readonly kind: "connection_lost"; readonly pid: number; readonly error: unknown }
  | { readonly kind: "commit_unknown"; readonly xid: bigint }
  | {
      readonly kind: "commit_settled";
      readonly xid: bigint;
      readonly outcome: "committed" | "rolled_back" | "unknown";
    };

/** How to reach a database and how much of it to use. Times are milliseconds. */
export interface DatabaseConfig {
  /** postgres://user:password@host:port/database?sslmode=verify-full; see `parseTarget`. */
  readonly url: string;
  /** Seen in pg_stat_activity. Default: the URL's `application_name`, else "skyport". */
  readonly applicationName?: string;
  /** Connections kept open while nothing happens. Default 2. */
  readonly minConnections?: number;
  /** Connections at most. Default 10. */
  readonly maxConnections?: number;
  /** How long a connect may take. Default 3,000. */
  readonly connectTimeoutMs?: number;
  /** After how long without use a connection beyond the minimum is closed. Default 60,000. */
  readonly idleTimeoutMs?: number;
  /** Age at which a connection is replaced when it is next free. Default 1,800,000, plus up to a tenth of jitter. */
  readonly maxLifetimeMs?: number;
  /** The longest that a transaction may take, on the server's clock. Default 3,000. */
  readonly transactionTimeoutMs?: number;
  /** How long the outcome of a COMMIT whose answer was lost is looked for. Default 60,000. */
  readonly settleTimeoutMs?: number;
  /**
   * "transaction" when a pooler in transaction mode (PgBouncer, RDS Proxy) is between: session settings are not used
   * then, and a read becomes a transaction of its own, in one round trip. Default "none".
   */
  readonly pooler?: "none" | "transaction";
  /** Prepared statements. Default true; PgBouncer needs 1.21 or newer with max_prepared_statements, else false. */
  readonly prepare?: boolean;
  /** Told of connections made, refused and lost. Must not throw. */
  readonly onEvent?: (event: DatabaseEvent) => void;
}

/** A configuration with every default filled in. */
export type ResolvedConfig = Required<Omit<DatabaseConfig, "applicationName">>;

export function withDefaults(config: DatabaseConfig): ResolvedConfig {
  const resolved: ResolvedConfig = {
    minConnections: 2,
    maxConnections: 10,
    connectTimeoutMs: 3_000,
    idleTimeoutMs: 60_000,
    maxLifetimeMs: 1_800_000,
    transactionTimeoutMs: 3_000,
    settleTimeoutMs: 60_000,
    pooler: "none",
    prepare: true,
    onEvent: () => undefined,
    ...config,
  };
  const { minConnections: min, maxConnections: max } = resolved;
  if (!Number.isInteger(min) || !Number.isInteger(max) || min < 0 || max < 1 || min > max) {
    throw new Error(`database pool: 0 <= minConnections <= maxConnections and maxConnections >= 1, not ${min}, ${max}`);
  }
  return resolved;
}
