import type { Deadline } from "@skyport/deadline";
import type { Context } from "../context.ts";
import { type CacheKey, cacheKey, checkEntityName } from "../key.ts";
import { openValue, sealValue } from "../protocol/value.ts";
import type { Sealed } from "../store.ts";
import { newToken } from "../token.ts";
import type { CachedEntity, EntityOptions, Held, Versioned } from "../types.ts";
import { deepFreeze } from "./deep-freeze.ts";
import { Reader } from "./reader.ts";

/** A stored row in its decoded form; both are undefined for a row that does not exist. */
export interface Row<T> extends Held<T> {
  readonly version: bigint | undefined;
}

const ABSENT: Row<never> = { version: undefined, value: undefined };

/** One kind of row: its keys, its stored form, its loader, and the reader over them. */
export class Entity<T> implements CachedEntity<T> {
  readonly name: string;
  readonly #options: EntityOptions<T>;
  readonly #context: Context;
  readonly #reader: Reader<T>;
  /**
   * What bytes were decoded to, for as long as somebody holds them: the in-process store while they are cached, the Redis
   * store while it remembers having read them. It answers no read: bytes come from the store each time.
   */
  readonly #decoded = new WeakMap<Uint8Array, Row<T>>();

  constructor(options: EntityOptions<T>, context: Context) {
    checkEntityName(options.name);
    this.name = options.name;
    this.#options = options;
    this.#context = context;
    this.#reader = new Reader(this, context);
  }

  key(id: string): CacheKey {
    return cacheKey(this.name, id);
  }

  get sampleRate(): number | undefined {
    return this.#options.sampleRate;
  }

  get(id: string, deadline: Deadline): Promise<T | undefined> {
    return this.#reader.get(id, deadline);
  }

  getMany(ids: readonly string[], deadline: Deadline): Promise<ReadonlyMap<string, T>> {
    return this.#reader.getMany(ids, deadline);
  }

  peek(id: string): Held<T> | undefined {
    return this.#reader.peek(id);
  }

  async load(ids: readonly string[], deadline: Deadline): Promise<ReadonlyMap<string, Versioned<T>>> {
    const rows = await this.#options.load(ids, deadline);
    for (const { value } of rows.values()) deepFreeze(value);
    return rows;
  }

  seal(row: Versioned<T> | undefined): Sealed {
    const encoded = row && { version: row.version, value: this.#options.encode(row.value) };
    return { bytes: sealValue(this.#context.schemaVersion, encoded), ttlMs: this.#options.ttlMs };
  }

  /**
   * A stored value in its decoded form; undefined when this build cannot read it. One of an older encoding, or a broken
   * one, is dropped; one of a newer encoding is left to the newer instances of a rolling deployment.
   */
  open(id: string, bytes: Uint8Array): Row<T> | undefined {
    const known = this.#decoded.get(bytes);
    if (known !== undefined) return known;
    const row = this.#decode(id, bytes);
    if (row !== undefined) this.#decoded.set(bytes, row);
    return row;
  }

  /** What the in-process store holds of the row, if it was decoded before. */
  held(id: string): Row<T> | undefined {
    const bytes = this.#context.store.peek?.(`${this.name}:${id}`);
    return bytes && this.#decoded.get(bytes);
  }

  #decode(id: string, bytes: Uint8Array): Row<T> | undefined {
    const opened = openValue(bytes);
    const { schemaVersion } = this.#context;
    if (opened !== undefined && opened.schema === schemaVersion) {
      try {
        if (opened.row === undefined) return ABSENT;
        const value = this.#options.decode(opened.row.value);
        deepFreeze(value);
        return { version: opened.row.version, value };
      } catch (error) {
        this.#context.logger.error({ err: error, entity: this.name }, "a cached value cannot be decoded; dropping it");
      }
    } else if (opened !== undefined && opened.schema > schemaVersion) return undefined;
    this.#context.inBackground(
      this.#context.store.release([{ key: this.key(id).name }], newToken(), this.#context.callDeadline()),
    );
    return undefined;
  }

  /** A share of the hits is compared with the database, in the background. */
  sample(id: string, version: bigint | undefined): void {
    this.#context.sampler.consider(this, this.#context, id, version);
  }
}
