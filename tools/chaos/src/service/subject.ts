import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Product } from "@skyport/proto";
import type { Seen } from "@skyport/testing";
import { ABSENT, type Subject, type WriteResult } from "../subject.ts";
import type { Random } from "../worker/random.ts";
import { Endpoint } from "./endpoint.ts";
import { type Failure, failureOf, outcomeOf } from "./failure.ts";
import { GRACE_MS } from "./with-patience.ts";

/** Running services as a subject, in plain data. */
export interface ServiceDescription {
  readonly kind: "service";
  /** The instances' addresses; each call goes to one of them, chosen at random. */
  readonly urls: readonly string[];
}

export interface ServiceSubjectOptions {
  readonly urls: readonly string[];
  readonly random: Random;
  /** How long one operation may take, all its calls and the client's patience included, in milliseconds. */
  readonly deadlineMs: number;
}

/** An error of a read, whose reason the report counts. */
class ReadFailed extends Error {
  readonly reason: string;
  constructor({ reason }: Failure, cause: unknown) {
    super(`the read failed: ${reason}`, { cause });
    this.reason = reason;
  }
}

/** How often a put may find that the row has come or gone between two of its calls. */
const TURNS = 4;
/** How often a create is repeated that may have been made. */
const REPEATS = 3;
/** Pause before a repeat at most, in milliseconds. */
const REPEAT_PAUSE_MS = 200;
/** Calls with little time leave writes in doubt, and test deadlines. */
const HURRIED_SHARE = 0.08;
const HURRIED_MS = 40;

/**
 * product-svc through its generated client. The mark of a row is its title. Its version is the etag, which is the
 * revision in base 36: callers must not know that, but the checker needs the order of states and not only their
 * difference.
 */
export class ServiceSubject implements Subject {
  readonly #endpoints: readonly Endpoint[];
  readonly #random: Random;
  readonly #deadlineMs: number;
  readonly #counts = { repeats: 0, replays: 0 };

  constructor({ urls, random, deadlineMs }: ServiceSubjectOptions) {
    this.#endpoints = urls.map((url) => new Endpoint(url));
    this.#random = random;
    this.#deadlineMs = deadlineMs - GRACE_MS;
  }

  async read(key: string): Promise<Seen> {
    try {
      const { product } = await this.#call(this.#hurried(this.#deadlineMs), (products, options) =>
        products.getProduct({ id: key }, options),
      );
      return seen(product);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.reason === "PRODUCT_NOT_FOUND") return ABSENT;
      throw new ReadFailed(failure, error);
    }
  }

  async readMany(keys: readonly string[]): Promise<ReadonlyMap<string, Seen>> {
    try {
      const { products, missingIds } = await this.#call(this.#hurried(this.#deadlineMs), (client, options) =>
        client.batchGetProducts({ ids: [...keys] }, options),
      );
      const states = new Map<string, Seen>(missingIds.map((id) => [id, ABSENT]));
      for (const product of products) states.set(product.id, seen(product));
      return states;
    } catch (error) {
      throw new ReadFailed(failureOf(error), error);
    }
  }

  async put(key: string, mark: string): Promise<WriteResult> {
    const end = performance.now() + this.#deadlineMs;
    const product = { id: key, title: mark };
    for (let turn = 0; turn < TURNS; turn++) {
      const updated = await this.#write(end, async (products, options) => {
        const answer = await products.updateProduct({ product, updateMask: { paths: ["title"] } }, options);
        return answer.product;
      });
      if (updated.reason !== "PRODUCT_NOT_FOUND") return updated;
      const created = await this.#create(product, end);
      if (created.reason !== "PRODUCT_ALREADY_EXISTS" || created.outcome !== "refused") return created;
    }
    return { outcome: "missed" };
  }

  async remove(key: string, version: bigint): Promise<WriteResult> {
    const end = performance.now() + this.#deadlineMs;
    const result = await this.#write(end, async (products, options) => {
      await products.deleteProduct({ id: key, etag: version.toString(36) }, options);
      return undefined;
    });
    const missed = result.reason === "PRODUCT_NOT_FOUND" || result.reason === "ETAG_MISMATCH";
    return missed ? { outcome: "missed" } : result;
  }

  counts(): Readonly<Record<string, number>> {
    const late = this.#endpoints.map(({ url, late }) => [`late ${url}`, late] as const);
    return { ...this.#counts, ...Object.fromEntries(late) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const endpoint of this.#endpoints) endpoint[Symbol.dispose]();
  }

  /**
   * Creates the row, with a request id. While it is in doubt whether that has been done, the same request goes to any
   * instance again: the answer to a repeat acknowledges the first attempt's commit, which may be long ago by then.
   */
  async #create(product: { readonly id: string; readonly title: string }, end: number): Promise<WriteResult> {
    const requestId = randomUUID();
    let inDoubt: WriteResult | undefined;
    for (let attempt = 0; attempt <= REPEATS; attempt++) {
      if (inDoubt !== undefined) {
        this.#counts.repeats += 1;
        await sleep(this.#random.next() * REPEAT_PAUSE_MS);
      }
      const result = await this.#write(end, async (products, options) => {
        const answer = await products.createProduct({ product, requestId }, options);
        return answer.product;
      });
      if (result.outcome === "acknowledged") {
        if (inDoubt !== undefined) this.#counts.replays += 1;
        return result;
      }
      // A refusal of the repeat says nothing of the first attempt, which may still be on its way.
      if (result.outcome === "refused" && inDoubt === undefined) return result;
      if (inDoubt?.outcome !== "committed") inDoubt = result.outcome === "refused" ? inDoubt : result;
    }
    return inDoubt ?? { outcome: "unknown" };
  }

  async #write(
    end: number,
    work: (...[products, options]: Parameters<Work<unknown>>) => Promise<Product | undefined>,
  ): Promise<WriteResult> {
    const leftMs = this.#hurried(end - performance.now());
    if (leftMs <= 0) return { outcome: "refused", reason: "no time left" };
    try {
      const product = await this.#call(leftMs, work);
      return { outcome: "acknowledged", ...(product === undefined ? {} : { version: versionOf(product) }) };
    } catch (error) {
      const failure = failureOf(error);
      return { outcome: outcomeOf(failure), reason: failure.reason };
    }
  }

  #call<R>(deadlineMs: number, work: Work<R>): Promise<R> {
    return this.#random.pick(this.#endpoints).call(deadlineMs, work);
  }

  /** The time for one call: mostly all there is. */
  #hurried(leftMs: number): number {
    return this.#random.chance(HURRIED_SHARE) ? Math.min(leftMs, this.#random.next() * HURRIED_MS) : leftMs;
  }
}

type Work<R> = Parameters<typeof Endpoint.prototype.call<R>>[1];

function versionOf({ etag }: Product): bigint {
  return [...etag].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);
}

function seen(product: Product | undefined): Seen {
  if (product?.title === undefined) throw new TypeError("the answer lacks its product");
  return { version: versionOf(product), mark: product.title };
}
