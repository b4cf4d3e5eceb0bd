import type { Context } from "../context.ts";
import { openValue } from "../protocol/value.ts";
import { newToken } from "../token.ts";
import type { Entity } from "./entity.ts";

/**
 * Checks the promise in production, on a share of the hits: reads the row behind a hit, then looks the key up again. It runs
 * behind the caller's back, and one comparison at a time, so that it costs the database at most one connection.
 */
export class Sampler {
  readonly #rate: number;
  #busy = false;

  /** The share of hits, 0 to 1, where an entity does not say its own. */
  constructor(rate: number) {
    this.#rate = rate;
  }

  /** `version` is the hit's, undefined when it said that the row does not exist. Never throws. */
  consider<T>(entity: Entity<T>, context: Context, id: string, version: bigint | undefined): void {
    const rate = entity.sampleRate ?? this.#rate;
    if (rate === 0 || this.#busy || Math.random() >= rate) return;
    this.#busy = true;
    const compared = compare(entity, context, id, version).finally(() => {
      this.#busy = false;
    });
    context.inBackground(compared);
  }
}

async function compare<T>(entity: Entity<T>, context: Context, id: string, version: bigint | undefined): Promise<void> {
  const { metrics, logger } = context;
  const inDatabase = await versionOf(entity, context, id);
  metrics.count("sample", 1, entity.name);
  if (inDatabase === version) return;
  // A write may have overtaken the hit: then the cache has let go of it meanwhile, and its version does not come back.
  const again = await cachedVersion(entity, context, id);
  if (again === undefined || again.version !== version) return;
  // Absence does come back, when a row is created and deleted in between; the version that was read then does not.
  if (version === undefined && (await versionOf(entity, context, id)) !== inDatabase) return;
  metrics.count("sample_mismatch", 1, entity.name);
  logger.error(
    { entity: entity.name, id, cached: String(version), stored: String(inDatabase) },
    "a cached row is not the one in the database",
  );
}

async function versionOf<T>(entity: Entity<T>, context: Context, id: string): Promise<bigint | undefined> {
  const deadline = context.callDeadline();
  const rows = await deadline.race(entity.load([id], deadline));
  return rows.get(id)?.version;
}

/** What the key holds now; undefined when it is no value. */
async function cachedVersion<T>(
  entity: Entity<T>,
  { store, callDeadline }: Context,
  id: string,
): Promise<{ readonly version: bigint | undefined } | undefined> {
  const { name } = entity.key(id);
  const token = newToken();
  const [found] = await store.lookup([name], token, callDeadline());
  if (found?.state === "leased") await store.abandon([name], token, callDeadline());
  const opened = found?.state === "value" ? openValue(found.bytes) : undefined;
  return opened && { version: opened.row?.version };
}
