/** The designs that are compared, by name. */
export const DESIGNS = [
  "skyport",
  "skyport-single-flight",
  "delete-after-commit",
  "delete-before-and-after",
  "set-after-commit",
  "single-flight",
  "bentocache",
  "cache-manager",
] as const;

export type DesignName = (typeof DESIGNS)[number];

/** A design over a real PostgreSQL and a real Redis, run inside the working process. */
export interface DesignDescription {
  readonly kind: "design";
  readonly design: DesignName;
  /** A database that `createRows` prepared. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** How long the ordinary designs keep a value, in milliseconds. Default 60,000. */
  readonly ttlMs?: number;
  /**
   * Of `skyport` only, see `CacheOptions`. A round that starts on an empty Redis with no write under way may shorten it;
   * one that empties or restarts Redis in the middle may not.
   */
  readonly quarantineMs?: number;
}
