import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { expect, test } from "@jest/globals";
import { createCache } from "../src/cache.ts";

/** Answers every command as a Redis server of the given version would answer INFO. */
async function pretend(version: string) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", () => {
      const info = `redis_version:${version}\r\nrole:master\r\n`;
      socket.write(`$${info.length}\r\n${info}\r\n`);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return {
    url: `redis://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

test("a Redis that is too old stops the start, in one line that says what is needed", async () => {
  await using server = await pretend("6.2.14");
  const starting = createCache({
    store: { redisUrl: server.url },
    databaseIdentity: async () => "system:1:1",
    schemaVersion: 1,
  });
  await expect(starting).rejects.toThrow(
    /^REDIS_URL must lead to Redis 7 or Valkey 7\.2 or newer, not to Redis 6\.2\.14$/,
  );
});
