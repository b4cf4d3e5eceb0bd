import type { Context } from "../context.ts";
import { openValue } from "../protocol/value.ts";
import { newToken } from "../token.ts";
import type { Entity } from "./entity.ts";

/**
 * Checks the promise in production: reads the row behind a hit, then looks the key up again. A hit that is still there
 * although the database holds another version was stale, since versions only grow; a write made outside of this library
 * is found in this way too. Costs one read and, where versions differ, one lookup.
 */
export async function sampleHit<T>(entity: Entity<T>, context: Context, id: string, version: bigint): Promise<void> {
  const { store, metrics, logger } = context;
  const rows = await entity.load([id], context.callDeadline());
  const inDatabase = rows.get(id)?.version;
  metrics.count("sample", 1, entity.name);
  if (inDatabase === version) return;
  const { name } = entity.key(id);
  const token = newToken();
  const [again] = await store.lookup([name], token, context.callDeadline());
  if (again?.state === "leased") await store.abandon([name], token, context.callDeadline());
  if (again?.state !== "value") return;
  const opened = openValue(again.bytes);
  if (opened === undefined || opened.row?.version !== version) return;
  metrics.count("sample_mismatch", 1, entity.name);
  logger.error(
    { entity: entity.name, id, cached: String(version), stored: String(inDatabase) },
    "a cached row is stale",
  );
}
