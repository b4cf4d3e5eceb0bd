import { setTimeout as sleep } from "node:timers/promises";
import { Deadline } from "@skyport/deadline";
import type { Client } from "../connection/client.ts";
import { connectDedicated } from "../connection/dedicated.ts";
import { Backoff } from "../pool/backoff.ts";

/** What happens to a listener's connection. `lost` also when it could not be made. */
export type ListenEvent =
  | { readonly kind: "listening" }
  | { readonly kind: "lost"; readonly error: unknown; readonly retryInMs: number };

export interface ListenOptions {
  /** Seen in pg_stat_activity. Default: "skyport listen" and the channel. */
  readonly applicationName?: string;
  /** How often the connection is tried out, in milliseconds; an answer later than this counts as a loss. Default 5,000. */
  readonly heartbeatMs?: number;
  /** Must not throw. */
  readonly onEvent?: (event: ListenEvent) => void;
}

const CONNECT_MS = 5_000;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 5_000;
/** NAMEDATALEN less one: LISTEN cuts a longer name, pg_notify refuses it. */
const MAX_CHANNEL_BYTES = 63;

/**
 * Listens to the notifications of a channel (LISTEN) on a connection of its own, and makes a lost connection again,
 * with growing pauses. It returns at once; that it listens is told by the first call of `onNotify`.
 *
 * Notifications are hints: those that were sent while there was no connection are lost. So `onNotify` is also called,
 * without a payload, each time that the listening begins, and whoever relies on it looks for itself now and then.
 *
 * NOTIFY takes a lock on the whole server from before COMMIT until it is done: transactions that notify commit one
 * after the other. It is for what happens rarely, not for each write.
 *
 * @param url a direct one: a pooler in transaction mode loses the session that listens
 * @param onNotify told the payload, undefined when the listening begins; must not throw
 */
export function listen(
  url: string,
  channel: string,
  onNotify: (payload: string | undefined) => void,
  options: ListenOptions = {},
): Listener {
  return new Listener(url, channel, onNotify, options);
}

/** Made by `listen`. */
export class Listener implements AsyncDisposable {
  readonly #url: string;
  readonly #channel: string;
  readonly #onNotify: (payload: string | undefined) => void;
  readonly #options: Required<ListenOptions>;
  readonly #backoff = new Backoff(FIRST_RETRY_MS, LAST_RETRY_MS);
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;

  constructor(
    url: string,
    channel: string,
    onNotify: (payload: string | undefined) => void,
    options: ListenOptions = {},
  ) {
    const bytes = Buffer.byteLength(channel);
    if (bytes === 0 || bytes > MAX_CHANNEL_BYTES) throw new Error("a channel's name has 1 to 63 bytes");
    this.#url = url;
    this.#channel = channel;
    this.#onNotify = onNotify;
    this.#options = {
      applicationName: `skyport listen ${channel}`,
      heartbeatMs: 5_000,
      onEvent: () => undefined,
      ...options,
    };
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const { applicationName, onEvent } = this.#options;
    while (!signal.aborted) {
      try {
        const client = await connectDedicated(this.#url, applicationName, Deadline.after(CONNECT_MS), signal);
        await this.#serve(client);
      } catch (error) {
        if (signal.aborted) return;
        const retryInMs = this.#backoff.next();
        onEvent({ kind: "lost", error, retryInMs });
        await sleep(retryInMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Listens until the listener is closed; throws when the connection is lost. */
  async #serve({ connection }: Client): Promise<void> {
    const { signal } = this.#closing;
    const { heartbeatMs, onEvent } = this.#options;
    const ended = new AbortController();
    connection.onLost((error) => ended.abort(error));
    connection.onNotification((_, payload) => this.#onNotify(payload));
    const ask = (sql: string) => Deadline.after(heartbeatMs).race(connection.simple(sql));
    const either = AbortSignal.any([signal, ended.signal]);
    try {
      await ask(`listen "${this.#channel.replaceAll('"', '""')}"`);
      this.#backoff.reset();
      onEvent({ kind: "listening" });
      this.#onNotify(undefined);
      for (;;) {
        await sleep(heartbeatMs, undefined, { signal: either }).catch(() => undefined);
        if (signal.aborted) return await connection.close();
        if (ended.signal.aborted) throw ended.signal.reason;
        await ask("select 1");
      }
    } finally {
      connection.destroy();
    }
  }

  /** Stops listening and closes the connection. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
