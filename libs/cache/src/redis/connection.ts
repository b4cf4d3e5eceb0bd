import { StoreUnavailable } from "../errors.ts";
import type { CacheLogger } from "../telemetry.ts";
import { unlessAborted } from "../unless-aborted.ts";
import { type Client, openClient } from "./client.ts";
import { type Namespace, namespaceOf } from "./namespace.ts";
import { SCRIPTS, type Script } from "./scripts.ts";
import { checkVersion, isUnsuitablePolicy, parseInfo, type ServerInfo } from "./server-info.ts";
import { Watchdog } from "./watchdog.ts";

/** What may be sent, and what comes back. */
export type Argument = string | Buffer;
export type Reply = null | number | string | Buffer | readonly Reply[];

/** The database that a connection is for; `confirmed` is false when only a former answer is remembered. */
export interface Identity {
  readonly text: string;
  readonly confirmed: boolean;
}

export interface ConnectionSettings {
  readonly url: string;
  readonly callTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly logger: CacheLogger;
  identity(): Promise<Identity>;
  /** Called once, when the connection is of no more use, unless it was closed by `close`. */
  onLost(connection: RedisConnection, reason: Error): void;
}

/** What a new connection learns of its server, and the moment at which it asked. */
interface Greeting {
  readonly info: ServerInfo;
  readonly askedAt: number;
}

/** Answers that mean that this server is no primary any more: the namespace ends with its role. */
const LOST_ROLE = /^(READONLY|MASTERDOWN)/;

/**
 * One connection, bound to one namespace for all its life. It never reconnects: what a new one would reach may be
 * another server, so whoever holds this makes a new one and asks anew.
 */
export class RedisConnection {
  readonly namespace: Namespace;
  readonly #client: Client;
  readonly #info: ServerInfo;
  readonly #settings: ConnectionSettings;
  readonly #watchdog: Watchdog;
  readonly #clockOffset: number;
  #lost: Error | undefined;
  /** The moment at which the last check that has succeeded was sent. */
  #checkedAt: number;

  private constructor(client: Client, { info, askedAt }: Greeting, namespace: Namespace, settings: ConnectionSettings) {
    this.#client = client;
    this.#info = info;
    this.namespace = namespace;
    this.#settings = settings;
    this.#checkedAt = askedAt;
    this.#clockOffset = info.timeMs - askedAt;
    this.#watchdog = new Watchdog(settings.callTimeoutMs, () => this.#lose(new StoreUnavailable("Redis is silent")));
    client.onEnd((reason) => this.#lose(reason));
  }

  /** Connects, and reads INFO before anything is served. Throws UnsupportedServer for a server that is too old. */
  static async open(settings: ConnectionSettings, signal: AbortSignal): Promise<RedisConnection> {
    const client = await openClient(settings.url, settings.connectTimeoutMs, signal);
    try {
      const askedAt = performance.now();
      const info = parseInfo(text(await unlessAborted(signal, client.send(["INFO"]))));
      checkVersion(info);
      if (info.role !== "master") throw new StoreUnavailable("the Redis server is no primary");
      const identity = await unlessAborted(signal, settings.identity());
      const connection = new RedisConnection(client, { info, askedAt }, namespaceOf(info, identity.text), settings);
      await unlessAborted(signal, connection.#enter(identity.confirmed));
      return connection;
    } catch (error) {
      client.destroy();
      throw error;
    }
  }

  /** Undefined while it can be used. */
  get lost(): Error | undefined {
    return this.#lost;
  }

  /** The server's clock, in milliseconds, as far as it is known. */
  get now(): number {
    return performance.now() + this.#clockOffset;
  }

  /** Milliseconds since the namespace was last known to be the server's. */
  get sinceCheck(): number {
    return performance.now() - this.#checkedAt;
  }

  /** Sends one command. Throws StoreUnavailable when it is refused, or not answered before the connection is given up. */
  async send(args: readonly Argument[]): Promise<Reply> {
    if (this.#lost !== undefined) throw this.#lost;
    const answered = this.#watchdog.watch();
    try {
      return await this.#client.send(args);
    } catch (error) {
      const message = error instanceof Error ? error.message : "";
      if (LOST_ROLE.test(message)) this.#lose(new StoreUnavailable("the Redis server is no primary", { cause: error }));
      if (message.startsWith("NOSCRIPT")) throw error;
      throw this.#lost ?? new StoreUnavailable("Redis refused a command", { cause: error });
    } finally {
      answered();
    }
  }

  /**
   * Runs a script by its name; a server that has forgotten it (SCRIPT FLUSH) gets its source, and a check of its own, since
   * one that was sent behind the first attempt does not speak for the second.
   */
  async run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<Reply> {
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await this.send(["EVALSHA", script.sha, ...rest]);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      const [reply] = await Promise.all([this.send(["EVAL", script.source, ...rest]), this.check()]);
      return reply;
    }
  }

  /**
   * Throws, and gives the connection up, when the server has changed its role meanwhile, there and back included, or when
   * the database has moved to another timeline. Sent behind other commands, it speaks for them as well: answers come in
   * order, and a role that has changed never gets its old name back.
   */
  async check(): Promise<void> {
    const sentAt = performance.now();
    const [replication, guard] = await Promise.all([
      this.send(["INFO", "replication"]),
      this.send(["GET", this.namespace.guard]),
    ]);
    const { role, replId } = parseInfo(text(replication));
    const timeline = guard === null ? this.namespace.timeline : text(guard).replace(/^\d+\|/, "");
    if (role !== "master" || replId !== this.#info.replId || timeline !== this.namespace.timeline) {
      throw this.giveUp("the Redis server or the database has changed its role");
    }
    this.#checkedAt = sentAt;
  }

  /** Marks the connection as of no more use. */
  giveUp(reason: string): StoreUnavailable {
    const error = new StoreUnavailable(reason);
    this.#lose(error);
    return error;
  }

  close(): void {
    this.#lost ??= new StoreUnavailable("the cache is closed");
    this.#watchdog.stop();
    this.#client.destroy();
  }

  async #enter(confirmed: boolean): Promise<void> {
    const { version, runId, evictionPolicy } = this.#info;
    const { prefix, guard, timeline } = this.namespace;
    await Promise.all(Object.values(SCRIPTS).map(({ source }) => this.send(["SCRIPT", "LOAD", source])));
    const entered = await this.run(SCRIPTS.enter, [prefix, guard], [timeline, confirmed ? "1" : "0"]);
    if (entered !== 1) throw new StoreUnavailable("the database has another timeline than the one remembered");
    const { logger } = this.#settings;
    if (isUnsuitablePolicy(evictionPolicy)) {
      logger.warn(
        { evictionPolicy },
        "Redis should evict by volatile-lru: this policy may drop intents, or fresh values",
      );
    }
    logger.info({ version, runId, prefix }, "the cache is connected to Redis");
  }

  #lose(reason: Error): void {
    if (this.#lost !== undefined) return;
    this.#lost = reason instanceof StoreUnavailable ? reason : new StoreUnavailable("Redis is gone", { cause: reason });
    this.#watchdog.stop();
    this.#client.destroy();
    this.#settings.onLost(this, this.#lost);
  }
}

function text(reply: Reply): string {
  if (Buffer.isBuffer(reply)) return reply.toString("utf8");
  if (typeof reply === "string") return reply;
  throw new StoreUnavailable("Redis gave an answer of another type than asked for");
}
