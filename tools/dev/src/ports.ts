import { execFile } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, readlink } from "node:fs/promises";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { commandOf } from "@skyport/testing";
import { DevError } from "./dev-error.ts";

/** Whether a server can listen on this port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** The socket that listens on the port, as /proc/net/tcp and tcp6 name it. */
async function listeningInode(port: number): Promise<string | undefined> {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  for (const table of ["tcp", "tcp6"]) {
    const text = await readFile(`/proc/net/${table}`, "latin1").catch(() => "");
    for (const line of text.split("\n").slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === "0A" && local?.endsWith(`:${hex}`) === true) return inode;
    }
  }
  return undefined;
}

async function holderOnLinux(port: number): Promise<number | undefined> {
  const inode = await listeningInode(port);
  if (inode === undefined) return undefined;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    // Other users' processes show their files to root alone.
    for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => "");
      if (target === `socket:[${inode}]`) return Number(pid);
    }
  }
  return undefined;
}

async function holderElsewhere(port: number): Promise<number | undefined> {
  const search = promisify(execFile)("lsof", ["-t", `-iTCP:${port}`, "-sTCP:LISTEN"]);
  return search.then(
    ({ stdout }) => Number.parseInt(stdout, 10) || undefined,
    () => undefined,
  );
}

/** Who listens on the port, as far as this user may know: " by process 123 (node server.js)", or nothing. */
async function holder(port: number): Promise<string> {
  const pid = await (process.platform === "linux" ? holderOnLinux(port) : holderElsewhere(port));
  return pid === undefined ? "" : ` by process ${pid} (${(await commandOf(pid)).slice(0, 120)})`;
}

/** @throws DevError that names the port, who has it, and the variable that moves it, when the port is taken. */
export async function requireFree(port: number, variable: string): Promise<void> {
  if (await isFree(port)) return;
  throw new DevError(`port ${port} is in use${await holder(port)}: end that, or set ${variable} to another port`);
}
