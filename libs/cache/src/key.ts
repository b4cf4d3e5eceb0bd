/** The name of one cached row, the same in every namespace: `product:the_odyssey`. Made by `CachedEntity.key`. */
export interface CacheKey {
  readonly entity: string;
  readonly id: string;
  /** `entity:id`; the store puts its namespace in front. */
  readonly name: string;
}

/** What an entity may be called; a colon would let two entities share a key. */
const ENTITY_NAME = /^[a-z][a-z0-9_]{0,31}$/;

/** The longest id that is cached, in UTF-16 code units: keys are kept in memory, so they are bounded. */
export const MAX_ID_LENGTH = 512;

/** Throws when the name cannot stand in front of an id unambiguously: a mistake of the programmer. */
export function checkEntityName(entity: string): void {
  if (!ENTITY_NAME.test(entity)) throw new TypeError(`an entity's name must match ${ENTITY_NAME}: ${entity}`);
}

/** Any character may stand in an id, since it is the last part. Throws a RangeError past `MAX_ID_LENGTH`. */
export function cacheKey(entity: string, id: string): CacheKey {
  if (id.length === 0 || id.length > MAX_ID_LENGTH) {
    throw new RangeError(`an id of ${entity} must have 1 to ${MAX_ID_LENGTH} characters`);
  }
  return { entity, id, name: `${entity}:${id}` };
}
