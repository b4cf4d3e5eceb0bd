import { setImmediate as nextTurn } from "node:timers/promises";
import { Deadline } from "@skyport/deadline";
import type { Client } from "../connection/client.ts";
import type { RawResult } from "../connection/connection.ts";
import { connectDedicated } from "../connection/dedicated.ts";
import { lockId } from "./lock-id.ts";

/** Which lock, on which database. Times are milliseconds. */
export interface SessionLockOptions {
  /** A direct URL: behind a pooler in transaction mode a session is nobody's own. */
  readonly url: string;
  readonly name: string;
  readonly deadline: Deadline;
  /** Told once when the lock is lost, or may be: from then on another process can hold it. Not told by `close`. */
  readonly onLost: (error: unknown) => void;
  /** A lock of this process that was lost: where the server has not noticed that yet, its session is ended. */
  readonly lost?: SessionLock | undefined;
  /** How often the connection is tried out; an answer later than this counts as a loss. Default 1,000. */
  readonly heartbeatMs?: number;
}

/** Another session holds the lock. */
export class LockHeld extends Error {
  override readonly name = "LockHeld";
}

/**
 * A PostgreSQL advisory lock that lasts as long as its connection: one holder at a time on a database. The server frees it
 * when the holder is gone, so a crash leaves nothing behind. It is a promise only while the connection lives: a
 * holder that is cut off hears of it one heartbeat later.
 */
export class SessionLock implements AsyncDisposable {
  readonly #client: Client;
  /** Tells this session from a later one with the same process id. */
  readonly #startTime: string;
  readonly #heartbeatMs: number;
  readonly #onLost: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #held = true;

  private constructor(client: Client, startTime: string, options: SessionLockOptions) {
    this.#client = client;
    this.#startTime = startTime;
    this.#onLost = options.onLost;
    this.#heartbeatMs = options.heartbeatMs ?? 1_000;
    client.connection.onLost((error) => this.#lose(error));
    this.#schedule();
  }

  /**
   * Takes the lock at once.
   *
   * @throws LockHeld, in one line, when another session holds it; DATABASE_UNAVAILABLE.
   */
  static async acquire(options: SessionLockOptions): Promise<SessionLock> {
    const { url, name, deadline, lost } = options;
    const client = await connectDedicated(url, `skyport lock ${name}`, deadline);
    const ask = async (query: string): Promise<Record<string, unknown>> => {
      const [row = {}] = (await deadline.race(client.connection.simple(query))) as RawResult;
      return row;
    };
    try {
      if (lost !== undefined) await ask(endingOf(lost.#client.facts.pid, lost.#startTime));
      const { locked, begun } = await ask(
        `select pg_try_advisory_lock(${lockId(name)}) as locked, ${START_TIME} as begun`,
      );
      if (locked !== true) throw new LockHeld(`another process holds the database lock "${name}"`);
      return new SessionLock(client, String(begun), options);
    } catch (error) {
      client.connection.destroy();
      throw error;
    }
  }

  /** Whether the lock is held as far as this process knows. */
  get held(): boolean {
    return this.#held;
  }

  #schedule(): void {
    this.#timer = setTimeout(() => void this.#beat(), this.#heartbeatMs);
    this.#timer.unref();
  }

  async #beat(): Promise<void> {
    let isAnswered = false;
    const answer = this.#client.connection.simple("select 1").then(() => {
      isAnswered = true;
    });
    try {
      await Deadline.after(this.#heartbeatMs)
        .race(answer)
        .catch(async (error: unknown) => {
          // When this process itself was busy, the answer may lie in the socket: let it be read before judging.
          await nextTurn();
          await nextTurn();
          if (!isAnswered) throw error;
        });
      if (this.#held) this.#schedule();
    } catch (error) {
      this.#lose(error);
      this.#client.connection.destroy();
    }
  }

  #lose(error: unknown): void {
    if (!this.#held) return;
    this.#held = false;
    clearTimeout(this.#timer);
    this.#onLost(error);
  }

  /** Gives the lock back. */
  async close(): Promise<void> {
    this.#held = false;
    clearTimeout(this.#timer);
    await this.#client.connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const START_TIME = "(select backend_start from pg_stat_activity where pid = pg_backend_pid())::text";

/** Ends a session, unless its server has done so, and waits for that: a second, since nothing but the session has to end. */
function endingOf(pid: number, startTime: string): string {
  return `select pg_terminate_backend(pid, 1000) from pg_stat_activity
    where pid = ${pid} and backend_start = '${startTime}'::timestamptz`;
}
