import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { expect, test } from "@jest/globals";
import { eventually } from "@skyport/testing";
import { StoreUnavailable } from "../errors.ts";
import type { BreakerState } from "../telemetry.ts";
import { RedisLink } from "./link.ts";

/** A port that takes connections and never says a word. */
class SilentServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  accepted = 0;

  private constructor() {
    this.#server = createServer((socket) => {
      this.accepted += 1;
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.resume();
    });
  }

  static async start(): Promise<SilentServer> {
    const silent = new SilentServer();
    silent.#server.listen(0, "127.0.0.1");
    await once(silent.#server, "listening");
    return silent;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the server does not listen");
    return `redis://127.0.0.1:${address.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

function linkTo(url: string, connectTimeoutMs: number) {
  const breaker: BreakerState[] = [];
  const warnings: string[] = [];
  const log = (_fields: object, message: string) => void warnings.push(message);
  const link = new RedisLink({
    url,
    callTimeoutMs: 50,
    connectTimeoutMs,
    databaseIdentity: async () => "system:1:1",
    logger: { info: () => undefined, warn: log, error: log },
    metrics: { count: () => undefined, breaker: (state) => breaker.push(state) },
  });
  return { link, breaker, warnings };
}

test("while a probe is under way every call fails at once, and callers make no connections of their own", async () => {
  await using server = await SilentServer.start();
  const { link, breaker } = linkTo(server.url, 40);
  await link.start();
  const failsAtOnce = (): void => expect(() => link.connection).toThrow(StoreUnavailable);
  await eventually(() => {
    for (let call = 0; call < 1_000; call += 1) failsAtOnce();
    expect(server.accepted).toBeGreaterThanOrEqual(4);
  });
  await eventually(() => {
    failsAtOnce();
    expect(breaker.at(-1)).toBe("half_open");
  });
  await link.close();
  expect(server.accepted).toBeLessThanOrEqual(breaker.filter((state) => state === "half_open").length);
});

test("there is one probe at a time: each is told as half-open, and opens again when it fails; the log hears of the outage once", async () => {
  await using server = await SilentServer.start();
  const { link, breaker, warnings } = linkTo(server.url, 20);
  await link.start();
  await eventually(() => expect(breaker.length).toBeGreaterThanOrEqual(8));
  await link.close();
  const told = breaker.slice(0, 8);
  expect(told).toEqual(told.map((_, index) => (index % 2 === 0 ? "half_open" : "open")));
  expect(warnings).toEqual(["the cache has no connection to Redis"]);
});

test("close ends an attempt that is under way", async () => {
  await using server = await SilentServer.start();
  const { link, breaker } = linkTo(server.url, 300);
  const started = link.start();
  await eventually(() => expect(server.accepted).toBe(1));
  await link.close();
  await started;
  expect(breaker).not.toContain("closed");
});
