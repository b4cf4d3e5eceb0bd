import type { Deadline } from "@skyport/deadline";
import type { Context } from "../context.ts";
import { type CacheKey, cacheKey, checkEntityName } from "../key.ts";
import { openValue, sealValue } from "../protocol/value.ts";
import type { Sealed } from "../store.ts";
import { newToken } from "../token.ts";
import type { CachedEntity, EntityOptions, Versioned } from "../types.ts";
import { Reader } from "./reader.ts";

/** A stored row in its decoded form. */
interface Row<T> {
  readonly row: Versioned<T> | undefined;
}

/** One kind of row: its keys, its stored form, its loader, and the reader over them. */
export class Entity<T> implements CachedEntity<T> {
  readonly name: string;
  readonly #options: EntityOptions<T>;
  readonly #context: Context;
  readonly #reader: Reader<T>;

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

  async load(ids: readonly string[], deadline: Deadline): Promise<ReadonlyMap<string, Versioned<T>>> {
    return this.#options.load(ids, deadline);
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
    const opened = openValue(bytes);
    const { schemaVersion } = this.#context;
    if (opened !== undefined && opened.schema === schemaVersion) {
      try {
        return { row: opened.row && { version: opened.row.version, value: this.#options.decode(opened.row.value) } };
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
