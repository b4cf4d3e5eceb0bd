import { setTimeout as sleep } from "node:timers/promises";
import { ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "@skyport/proto";
import { Endpoint } from "../service/endpoint.ts";
import { failureOf } from "../service/failure.ts";
import { HitProbe } from "../service/hit-probe.ts";
import { Topology } from "../service/topology.ts";
import { Random } from "../worker/random.ts";
import { Arrivals, type Failed } from "./arrivals.ts";
import type { Sample } from "./samples.ts";

export interface ScenarioOptions {
  readonly seed: number;
  readonly instances: number;
  /** Reads a second. */
  readonly rate: number;
  readonly root: string;
  readonly folder: string;
  /** Told what happens. */
  readonly onStep: (step: string) => void;
}

/** What was measured; moments in milliseconds of one clock. */
export interface Observed {
  /** Reads of rows that were never read before: no value is cached. */
  readonly cold: readonly Sample[];
  readonly reads: readonly Sample[];
  readonly writes: readonly Sample[];
  /** Writes that were refused as docs/errors.md has it: CACHE_UNAVAILABLE, nothing changed, with RetryInfo. */
  readonly refusedInOrder: number;
  readonly killedAt: number;
  /** Redis takes connections again. */
  readonly returnedAt: number;
  readonly endedAt: number;
}

const READ_ROWS = 500;
const WRITTEN_ROWS = 50;
const WRITES_PER_SECOND = 50;
const CALL_MS = 2_000;

const WARM_MS = 5_000;
const COLD_MS = 5_000;
const BEFORE_MS = 2_000;
/** Long enough for the pauses between attempts to connect to have grown to their longest. */
const AWAY_MS = 8_000;
const AFTER_MS = 8_000;
const HITS_WITHIN_MS = 20_000;

const numbered = (name: string, n: number): string => `${name}-${n}`;

/** Load at a fixed rate, in which Redis is killed, and later comes back, empty. */
export async function observeRedisLoss(options: ScenarioOptions): Promise<Observed> {
  const { rate, instances, root, folder, onStep } = options;
  onStep("starting a PostgreSQL, a Redis and the services");
  await using topology = await Topology.start({ instances, root, folder });
  using calls = new Calls(topology, new Random(options.seed, "redis-loss"));
  const coldRows = Math.ceil((rate * (WARM_MS + COLD_MS) * 1.5) / 1_000);
  await topology.admin.insert("read", READ_ROWS);
  await topology.admin.insert("written", WRITTEN_ROWS);
  await topology.admin.insert("cold", coldRows);
  using probe = await HitProbe.create(topology);
  await probe.regained(HITS_WITHIN_MS);
  let next = 0;
  const cold = (): Promise<Failed | undefined> => {
    next += 1;
    return calls.read(numbered("cold", next));
  };
  onStep("warming up");
  const reading = new Arrivals(rate, () => calls.read(calls.any("read", READ_ROWS)));
  const writing = new Arrivals(WRITES_PER_SECOND, () => calls.write(calls.any("written", WRITTEN_ROWS)));
  await measured(rate, WARM_MS, cold);
  onStep("reading rows that are not cached");
  const coldSamples = await measured(rate, COLD_MS, cold);
  onStep("reading and writing rows that are cached");
  for (let n = 1; n <= READ_ROWS; n++) await calls.read(numbered("read", n));
  reading.start();
  writing.start();
  await sleep(BEFORE_MS);
  onStep("Redis is killed");
  const killedAt = performance.now();
  await topology.redis.kill();
  await sleep(AWAY_MS);
  onStep("Redis comes back, empty");
  await topology.redis.restart();
  const returnedAt = performance.now();
  await sleep(AFTER_MS);
  await Promise.all([reading.stop(), writing.stop()]);
  return {
    cold: coldSamples,
    reads: reading.samples,
    writes: writing.samples,
    refusedInOrder: calls.refusedInOrder,
    killedAt,
    returnedAt,
    endedAt: performance.now(),
  };
}

async function measured(rate: number, forMs: number, call: () => Promise<Failed | undefined>) {
  const arrivals = new Arrivals(rate, call);
  arrivals.start();
  await sleep(forMs);
  await arrivals.stop();
  return arrivals.samples;
}

/** Calls to any of the instances. */
class Calls implements Disposable {
  readonly #endpoints: readonly Endpoint[];
  readonly #random: Random;
  refusedInOrder = 0;
  #titles = 0;

  constructor(topology: Topology, random: Random) {
    this.#endpoints = topology.instances.map(({ url }) => new Endpoint(url));
    this.#random = random;
  }

  any(name: string, count: number): string {
    return numbered(name, 1 + this.#random.below(count));
  }

  async read(id: string): Promise<Failed | undefined> {
    const endpoint = this.#random.pick(this.#endpoints);
    return endpoint
      .call(CALL_MS, (products, call) => products.getProduct({ id }, call))
      .then(
        () => undefined,
        (error: unknown) => ({ failure: failureOf(error).reason }),
      );
  }

  async write(id: string): Promise<Failed | undefined> {
    this.#titles += 1;
    const request = { product: { id, title: `title ${this.#titles}` }, updateMask: { paths: ["title"] } };
    const endpoint = this.#random.pick(this.#endpoints);
    return endpoint
      .call(CALL_MS, (products, call) => products.updateProduct(request, call))
      .then(
        () => undefined,
        (error: unknown) => {
          const { reason, outcome } = failureOf(error);
          const hasRetry = ConnectError.from(error).findDetails(RetryInfoSchema).length > 0;
          if (reason === "CACHE_UNAVAILABLE" && outcome === undefined && hasRetry) this.refusedInOrder += 1;
          return { failure: outcome === undefined ? reason : `${reason} ${outcome}` };
        },
      );
  }

  [Symbol.dispose](): void {
    for (const endpoint of this.#endpoints) endpoint[Symbol.dispose]();
  }
}
