import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { release } from "../../guard.ts";
import { createDatabaseOn } from "../databases.ts";
import { type PostgresDatabases, startPostgres } from "../server.ts";
import { type Greeting, meetingPoint } from "./protocol.ts";

/** A share in a server: other tests, of other processes too, use it at the same time. */
export interface SharedPostgres extends PostgresDatabases, AsyncDisposable {
  /** Gives the share back; may be called twice. The server ends a few seconds after the last one did. */
  close(): Promise<void>;
}

/** The keeper's greeting, or undefined when no keeper is there or it is about to end. */
async function meet(path: string): Promise<{ socket: Socket; greeting: Greeting } | undefined> {
  const socket = connect(path);
  let line = "";
  try {
    socket.setEncoding("utf8").on("data", (chunk) => {
      line += chunk;
      if (line.endsWith("\n")) socket.emit("greeting");
    });
    await Promise.race([
      once(socket, "greeting"),
      once(socket, "close").then(() => Promise.reject(new Error("closed"))),
    ]);
    // Written by our own keeper, of the same checkout.
    return { socket, greeting: JSON.parse(line) as Greeting };
  } catch {
    socket.destroy();
    return undefined;
  }
}

function startKeeper(): { running: boolean } {
  const script = fileURLToPath(new URL("./keeper.ts", import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: "ignore", detached: true });
  const state = { running: true };
  child.on("exit", () => {
    state.running = false;
  });
  release(child);
  return state;
}

async function join(path: string): Promise<{ socket: Socket; greeting: Greeting }> {
  const end = performance.now() + 60_000;
  let keeper: { running: boolean } | undefined;
  while (performance.now() < end) {
    const met = await meet(path);
    if (met !== undefined) return met;
    if (keeper?.running !== true) keeper = startKeeper();
    await sleep(20);
  }
  throw new Error("the shared PostgreSQL does not start");
}

/**
 * A PostgreSQL server that all test files of this checkout share while they run, in whatever processes: the first
 * starts it, and it ends by itself when the last is done or dead. Make a database for each test file; a test that
 * restarts or kills the server takes one of its own from `startPostgres`.
 *
 * @throws Error with the server's own words when it does not start.
 */
export async function sharedPostgres(): Promise<SharedPostgres> {
  if (process.platform === "win32") {
    const own = await startPostgres();
    return { ...own, close: own.stop };
  }
  const { socket, greeting } = await join(await meetingPoint());
  if ("error" in greeting) throw new Error(greeting.error);
  socket.unref();
  socket.on("error", () => undefined);
  const { url, port } = greeting;
  const close = async (): Promise<void> => {
    if (socket.destroyed) return;
    socket.destroy();
    await once(socket, "close");
  };
  return {
    url,
    port,
    createDatabase: (options) => createDatabaseOn(url, options),
    close,
    [Symbol.asyncDispose]: close,
  };
}
