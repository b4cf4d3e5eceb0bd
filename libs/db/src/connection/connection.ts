import type { Socket } from "node:net";
import postgres from "postgres";
import { codeOf } from "../errors/code-of.ts";
import { ConnectionLost } from "../errors/connection-lost.ts";
import { isServerError } from "../errors/database-error.ts";
import { isReadyIdle, parseFarewell, tailOf } from "./farewell.ts";
import { encodeParameter } from "./parameters.ts";
import { RESULT_PARSERS } from "./results.ts";
import type { Target } from "./target.ts";

/** A statement's result as the driver gives it: rows, and the command tag (COMMIT, ROLLBACK, INSERT, ...). */
export interface RawResult extends ReadonlyArray<Record<string, unknown>> {
  readonly command: string;
}

/** A running statement; `values()`, called at once, makes its rows arrays instead of objects. */
export interface RunningStatement extends Promise<unknown> {
  values(): Promise<unknown>;
}

/** By default the driver sends a text without parameters by the simple protocol, unprepared. */
const EXTENDED = { prepare: true, simple: false };
const CLOSE_TIMEOUT_MS = 1_000;
const FAREWELL_MESSAGE = Buffer.from([0x58, 0, 0, 0, 4]);

/**
 * One connection to PostgreSQL: a postgres.js client of one connection over a socket that it was given and cannot
 * replace. Once the socket has closed the connection is lost for good: every statement in flight is rejected at once,
 * and none is ever handed to the driver again. That is what keeps postgres.js 3.4 from ending the process, and from
 * running the rest of a dead transaction on a new connection (porsager/postgres issues 1133, 1154, 1208).
 */
export class Connection {
  readonly #sql: postgres.Sql;
  readonly #socket: Socket;
  readonly #inFlight = new Set<(error: ConnectionLost) => void>();
  #lastChunk: Buffer = Buffer.alloc(0);
  #tail: Buffer = Buffer.alloc(0);
  #socketError: Error | undefined;
  #lost: ConnectionLost | undefined;
  #sent = 0;
  readonly #onLost = new Set<(error: ConnectionLost) => void>();
  #onQuiet: (() => void) | undefined;
  #onNotification: (channel: string, payload: string) => void = () => undefined;

  /** Takes over a socket on which nothing of PostgreSQL's protocol but TLS was spoken. */
  constructor(socket: Socket, target: Target, applicationName: string, prepare: boolean) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#tail = tailOf(this.#tail, chunk);
      this.#lastChunk = chunk;
    });
    socket.on("error", (error) => {
      this.#socketError = error;
    });
    // Before the driver's own listener: statements hear of the loss, with its reason, from here.
    socket.once("close", () => this.#lose());
    this.#sql = postgres({
      ...driverOptions(socket, target, applicationName, prepare),
      ...notifiedBy((channel, payload) => this.#onNotification(channel, payload)),
    });
    const { parsers, serializers } = this.#sql.options;
    for (const oid of Object.keys(serializers)) delete serializers[Number(oid)];
    Object.assign(parsers, RESULT_PARSERS);
  }

  /** The driver's table of result parsers, which Drizzle adapts when it is put on top. */
  get parsers(): Record<number, (value: never) => unknown> {
    return this.#sql.options.parsers;
  }

  get lost(): ConnectionLost | undefined {
    return this.#lost;
  }

  /** Whether every statement is answered and the server says that no transaction is open. */
  get settled(): boolean {
    return this.#lost === undefined && this.#inFlight.size === 0 && isReadyIdle(this.#tail);
  }

  get busy(): boolean {
    return this.#inFlight.size > 0;
  }

  /** How many statements were handed to the driver, which sends them in that order. */
  get sent(): number {
    return this.#sent;
  }

  /** Calls back once, when the connection is lost, or at once when it is; the answer takes the listener away again. */
  onLost(listener: (error: ConnectionLost) => void): () => void {
    if (this.#lost !== undefined) listener(this.#lost);
    else this.#onLost.add(listener);
    return () => this.#onLost.delete(listener);
  }

  /** Calls back for each notification of the channels that the session listens to; must not throw. One listener. */
  onNotification(listener: (channel: string, payload: string) => void): void {
    this.#onNotification = listener;
  }

  /** Sends one statement by the extended protocol, prepared on the server. */
  execute(text: string, parameters: readonly unknown[]): RunningStatement {
    const encoded = parameters.map(encodeParameter);
    return this.#track(() => this.#sql.unsafe(text, encoded, EXTENDED));
  }

  /** Sends one or more statements by the simple protocol: one message, one answer, no parameters. */
  async simple(text: string): Promise<RawResult | readonly RawResult[]> {
    // The driver's answer to the simple protocol is a result, or an array of them.
    return (await this.#track(() => this.#sql.unsafe(text))) as RawResult | readonly RawResult[];
  }

  #track(send: () => postgres.PendingQuery<postgres.Row[]>): RunningStatement {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    if (this.#lost !== undefined) {
      reject(this.#lost);
      return Object.assign(promise, { values: () => promise });
    }
    const query = send();
    this.#sent += 1;
    this.#inFlight.add(reject);
    const done = () => {
      this.#inFlight.delete(reject);
      if (this.#inFlight.size === 0) this.#onQuiet?.();
    };
    query.then(
      (rows) => {
        done();
        resolve(rows);
      },
      (error: unknown) => {
        done();
        reject(this.#explain(error));
      },
    );
    return Object.assign(promise, {
      values: () => {
        query.values();
        return promise;
      },
    });
  }

  /** Resolves once nothing is in flight, by answers or by the connection's loss. */
  async quiet(): Promise<void> {
    if (this.#inFlight.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onQuiet = resolve;
    await promise;
  }

  /** Says goodbye, for a connection on which nothing runs, and resolves once the socket has closed. */
  async close(): Promise<void> {
    this.#onLost.clear();
    if (this.#socket.closed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.once("close", () => resolve());
    if (this.#socket.writable) this.#socket.end(FAREWELL_MESSAGE);
    const timer = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
    await promise;
    clearTimeout(timer);
  }

  /** Drops the connection at once, whatever runs on it. `code` tells why, in place of an errno. */
  destroy(code?: string): void {
    if (code !== undefined) this.#socketError ??= Object.assign(new Error("given up"), { code });
    this.#socket.destroy();
    this.#lose();
  }

  #lose(): void {
    if (this.#lost !== undefined) return;
    const error = this.#explainLoss();
    this.#lost = error;
    const waiting = [...this.#inFlight];
    this.#inFlight.clear();
    for (const reject of waiting) reject(error);
    this.#onQuiet?.();
    for (const listener of [...this.#onLost]) listener(error);
  }

  #explain(error: unknown): unknown {
    if (isServerError(error) || this.#lost !== undefined) return this.#lost ?? error;
    // Anything but the server's own error comes from the socket, just before it closes, or from the driver.
    return this.#socket.destroyed || this.#socketError !== undefined ? this.#explainLoss() : error;
  }

  #explainLoss(): ConnectionLost {
    const farewell = parseFarewell(this.#lastChunk);
    if (farewell !== undefined) return new ConnectionLost(farewell.code, new Error(farewell.message));
    return new ConnectionLost(codeOf(this.#socketError), this.#socketError);
  }
}

function driverOptions(socket: Socket, target: Target, applicationName: string, prepare: boolean) {
  const [{ host, port }] = target.addresses;
  let given = false;
  return {
    host,
    port,
    user: target.user,
    pass: target.password,
    database: target.database,
    ssl: false,
    max: 1,
    prepare,
    // The types would cost a query on each connect; arrays are sent as text and Drizzle parses them itself.
    fetch_types: false,
    idle_timeout: undefined,
    max_lifetime: null,
    // The connect is bounded from outside, together with the opening of the socket.
    connect_timeout: 0,
    keep_alive: null,
    target_session_attrs: undefined,
    onnotice: () => undefined,
    connection: { application_name: applicationName, TimeZone: "UTC", DateStyle: "ISO" },
    // Not in the driver's types: a function that opens its socket. A second call is a reconnect, which never happens.
    socket: () => {
      if (given) throw new ConnectionLost(undefined);
      given = true;
      return socket;
    },
  };
}

/** Not in the driver's types: what it calls for each notification. */
function notifiedBy(onnotify: (channel: string, payload: string) => void): object {
  return { onnotify };
}
