import type { Deadline } from "@skyport/deadline";
import type { Context } from "../context.ts";
import { cacheUnavailable } from "../errors.ts";
import type { CacheKey } from "../key.ts";
import type { Sealed } from "../store.ts";
import { startTimer } from "../telemetry.ts";
import { newToken } from "../token.ts";
import type { CachedEntity, Intents, Versioned } from "../types.ts";
import { unlessAborted } from "../unless-aborted.ts";
import { releaseUntilConfirmed } from "./release-until-confirmed.ts";
import type { CommitOutcome, ToldOutcome } from "./transactor.ts";

/** A third of the intents' lifetime: two renewals may fail before one ends. */
const RENEWALS_PER_LIFETIME = 3;

/** The intents of one write, from the first `take` to the confirmed release. */
export class WriteSession implements Intents {
  readonly #context: Context;
  readonly #deadline: Deadline;
  readonly #token = newToken();
  readonly #offers = new Map<string, Sealed | undefined>();
  /** No offer is safe, or wanted: an intent may have had a gap that another write passed through, or nothing is new. */
  #gap = false;
  #renewal: NodeJS.Timeout | undefined;
  #finished: Promise<boolean> | undefined;

  constructor(context: Context, deadline: Deadline) {
    this.#context = context;
    this.#deadline = deadline;
  }

  async take(...keys: readonly CacheKey[]): Promise<void> {
    if (this.#finished !== undefined) throw new Error("an intent was taken after the transaction ended");
    const names = keys.map((key) => key.name).filter((name) => !this.#offers.has(name));
    if (names.length === 0) return;
    this.#deadline.check();
    for (const name of names) this.#offers.set(name, undefined);
    const { store, metrics, intentTtlMs, staleness } = this.#context;
    this.#renewal ??= setInterval(() => this.#renew(), intentTtlMs / RENEWALS_PER_LIFETIME);
    const measured = startTimer(metrics, "intent_ms");
    try {
      await store.intend(names, this.#token, intentTtlMs, this.#deadline);
      metrics.count("intent", names.length);
    } catch (error) {
      this.#gap = true;
      metrics.count("intent_refused", names.length);
      if (staleness === "never") throw cacheUnavailable("unchanged", error);
    } finally {
      measured();
    }
  }

  offer<T>(entity: CachedEntity<T>, id: string, value: Versioned<T>): void {
    this.#offer(entity.key(id), entity.seal(value));
  }

  offerAbsent<T>(entity: CachedEntity<T>, id: string): void {
    this.#offer(entity.key(id), entity.seal(undefined));
  }

  /** Forgets what an earlier run of the same transaction's body offered; its intents stay. */
  restart(): void {
    for (const name of this.#offers.keys()) this.#offers.set(name, undefined);
  }

  /** What the transactor calls with the outcome. Never rejects: `acknowledge` tells. */
  async finish(outcome: ToldOutcome): Promise<void> {
    if (typeof outcome !== "string") {
      // The intents are renewed until the outcome is certain; the caller gets its answer meanwhile. When nobody can find
      // the outcome out, or the cache is closed, they end by themselves.
      this.#gap = true;
      this.#finished = unlessAborted(this.#context.closing, outcome.unknown)
        .then(() => this.#release())
        .finally(() => clearInterval(this.#renewal));
      this.#context.inBackground(this.#finished);
      return;
    }
    if (outcome === "rolled_back") this.#gap = true;
    this.#finished = this.#release(outcome);
    if (outcome === "committed") await this.#finished;
  }

  /** Resolves when the write may be acknowledged; else throws CACHE_UNAVAILABLE. */
  async acknowledge(): Promise<void> {
    if (this.#offers.size === 0) return;
    if (this.#finished === undefined) throw new Error("the transactor did not tell the outcome");
    let confirmed: boolean;
    try {
      confirmed = await this.#deadline.race(this.#finished);
    } catch (error) {
      throw cacheUnavailable("unknown", error);
    }
    if (!confirmed && this.#context.staleness === "never") throw cacheUnavailable("committed");
  }

  /** Ends the renewals of a write whose outcome nobody told: the server has ended it by the time the intents end. */
  end(): void {
    if (this.#finished === undefined) clearInterval(this.#renewal);
  }

  #offer(key: CacheKey, value: Sealed): void {
    if (!this.#offers.has(key.name)) throw new Error(`a value was offered for ${key.name} without an intent on it`);
    if (value.bytes.byteLength <= this.#context.maxValueBytes) this.#offers.set(key.name, value);
  }

  async #release(outcome?: CommitOutcome): Promise<boolean> {
    clearInterval(this.#renewal);
    const releases = [...this.#offers].map(([key, value]) => (this.#gap ? { key } : { key, value }));
    if (releases.length === 0) return true;
    return releaseUntilConfirmed(this.#context, releases, this.#token, this.#deadline, outcome);
  }

  #renew(): void {
    this.#gap = true;
    const { store, metrics, intentTtlMs } = this.#context;
    const names = [...this.#offers.keys()];
    const renewed = store.intend(names, this.#token, intentTtlMs, this.#context.callDeadline());
    this.#context.inBackground(renewed.then(() => metrics.count("intent_renewed", names.length)));
  }
}
