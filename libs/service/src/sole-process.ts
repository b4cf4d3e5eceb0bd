import { setTimeout as sleep } from "node:timers/promises";
import { LockHeld, SessionLock } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { DomainError } from "@skyport/errors";
import type { Logger } from "@skyport/rpc";

export interface SoleProcessOptions {
  /** Past a pooler in transaction mode: the lock belongs to a session. */
  readonly url: string;
  /** What there may be one of on a database. */
  readonly name: string;
  readonly logger: Logger;
  /** Drops what is cached: another process may have changed it. */
  readonly forget: () => void;
  /** Told when another process has taken over. */
  readonly onOusted: (error: unknown) => void;
}

const ACQUIRE_MS = 5_000;
/** How often a lost lock is tried for. */
const RETRY_MS = 200;
/** As long as a holder that is cut off takes to hear of it. */
const DOUBT_MS = 1_000;
/** Nobody listens there, or the server takes no sessions: it is starting up or shutting down. */
const DOWN: ReadonlySet<unknown> = new Set(["ECONNREFUSED", "ENOENT", "57P03"]);

/**
 * The claim that no other process caches the same database in its own memory, held as a session lock of PostgreSQL. A
 * lock that is lost with its session is taken again, from that session where the server still keeps it. While the server is down nobody can write, and what is cached stays
 * true. While it may be up but cannot be reached, what is cached is forgotten after a second, and in any case once the
 * lock is back: another process can have taken over, unseen for that second or for the moment after a restart.
 */
export class SoleProcess implements AsyncDisposable {
  readonly #options: SoleProcessOptions;
  readonly #closing = new AbortController();
  #lock: SessionLock | undefined;
  #retaking: Promise<void> | undefined;

  private constructor(options: SoleProcessOptions) {
    this.#options = options;
  }

  /** @throws LockHeld when another process has the claim; DATABASE_UNAVAILABLE */
  static async claim(options: SoleProcessOptions): Promise<SoleProcess> {
    const claim = new SoleProcess(options);
    claim.#lock = await claim.#acquire();
    return claim;
  }

  #acquire(): Promise<SessionLock> {
    const { url, name } = this.#options;
    const onLost = (err: unknown): void => {
      this.#options.logger.warn({ err, lock: name }, "lost a database lock; taking it again");
      this.#retaking = this.#retake();
    };
    return SessionLock.acquire({ url, name, deadline: Deadline.after(ACQUIRE_MS), onLost, lost: this.#lock });
  }

  async #retake(): Promise<void> {
    const { forget, logger, name, onOusted } = this.#options;
    const { signal } = this.#closing;
    const doubtUntil = Deadline.after(DOUBT_MS);
    while (!signal.aborted) {
      try {
        this.#lock = await this.#acquire();
        forget();
        logger.info({ lock: name }, "has the database lock again");
        return;
      } catch (error) {
        if (error instanceof LockHeld) {
          forget();
          return onOusted(error);
        }
        if (doubtUntil.expired && !isDown(error)) forget();
      }
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Gives the claim up. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#retaking;
    await this.#lock?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function isDown(error: unknown): boolean {
  if (!(error instanceof DomainError)) return false;
  for (let cause = error.cause; typeof cause === "object" && cause !== null; ) {
    if ("code" in cause && DOWN.has(cause.code)) return true;
    cause = "cause" in cause ? cause.cause : undefined;
  }
  return false;
}
