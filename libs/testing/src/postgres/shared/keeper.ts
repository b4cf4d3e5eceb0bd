/**
 * The process that owns the shared server. Each client's connection is a reference, which the kernel drops with the
 * client, however that ends; after the last one the server stays for a moment, for the next test file.
 */

import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { startPostgres, type TestPostgres } from "../server.ts";
import { type Greeting, meetingPoint } from "./protocol.ts";

/** How long the server stays without clients, in milliseconds: longer than Jest takes from one project to the next. */
const LINGER_MS = 3_000;

const clients = new Set<Socket>();
let greeting: string | undefined;
let timer: NodeJS.Timeout | undefined;

const server = createServer((client) => {
  clearTimeout(timer);
  clients.add(client);
  client.on("error", () => undefined).resume();
  client.on("close", () => {
    clients.delete(client);
    lingerWhenAlone();
  });
  if (greeting !== undefined) client.write(greeting);
});

async function someoneListens(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function listen(path: string): Promise<void> {
  server.listen(path);
  await once(server, "listening");
}

/** False when another keeper was first. A socket that no one listens on was left by a killed one. */
async function claim(path: string): Promise<boolean> {
  try {
    await listen(path);
  } catch {
    if (await someoneListens(path)) return false;
    await rm(path, { force: true });
    await listen(path);
  }
  return true;
}

let postgres: TestPostgres | undefined;

function lingerWhenAlone(): void {
  if (clients.size > 0 || greeting === undefined) return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    // A client that comes from now on is refused and brings up another keeper.
    server.close();
    for (const client of clients) client.destroy();
    void postgres?.stop();
  }, LINGER_MS);
}

function greet(words: Greeting): void {
  greeting = `${JSON.stringify(words)}\n`;
  for (const client of clients) client.write(greeting);
  lingerWhenAlone();
}

if (await claim(await meetingPoint())) {
  try {
    postgres = await startPostgres({ maxConnections: 400 });
    greet({ url: postgres.url, port: postgres.port });
  } catch (error) {
    greet({ error: error instanceof Error ? error.message : String(error) });
    server.close();
  }
}
