import { type ChildProcess, execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { release } from "../guard.ts";
import { signal } from "../processes.ts";
import type { RedisRuntime } from "./runtime.ts";

const run = promisify(execFile);

/** One life of a server, from its start to its end. */
export interface RedisInstance {
  readonly pid: number;
  /** Resolves once it has ended, whatever ended it. */
  readonly exited: Promise<void>;
  /** SIGTERM ends it in order, SIGKILL at once, SIGSTOP and SIGCONT pause and resume it. */
  signal(name: NodeJS.Signals): Promise<void>;
}

/** Nothing is ever written to the disk. */
const IN_MEMORY = ["--save", "", "--appendonly", "no"];

function launch(file: string, args: readonly string[], folder: string): { child: ChildProcess; pid: number } {
  const child = spawn(file, args, { cwd: folder, stdio: "ignore", detached: true });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} does not start`);
  release(child);
  return { child, pid };
}

function exit(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

function startBinary(path: string, folder: string, port: number, flags: readonly string[]): RedisInstance {
  // The title stays the command line, so that the folder in it tells whose server this is.
  const title = path.endsWith("redis-server") ? ["--set-proc-title", "no"] : [];
  const place = ["--bind", "127.0.0.1", "--port", String(port), "--dir", folder, "--pidfile", `${folder}/redis.pid`];
  const { child, pid } = launch(path, [...place, ...IN_MEMORY, ...title, ...flags], folder);
  return {
    pid,
    exited: exit(child),
    async signal(name) {
      if (child.exitCode === null && child.signalCode === null) signal(pid, name);
    },
  };
}

function startContainer(image: string, folder: string, port: number, flags: readonly string[]): RedisInstance {
  const name = containerName(folder);
  const publish = ["--rm", "--name", name, "-p", `127.0.0.1:${port}:6379`];
  const { child, pid } = launch("docker", ["run", ...publish, image, "redis-server", ...IN_MEMORY, ...flags], folder);
  const commands: Partial<Record<NodeJS.Signals, readonly string[]>> = {
    SIGSTOP: ["pause", name],
    SIGCONT: ["unpause", name],
    SIGKILL: ["kill", name],
  };
  return {
    pid,
    exited: exit(child),
    async signal(kind) {
      await run("docker", commands[kind] ?? ["stop", name]);
    },
  };
}

/** The container's name, made from the unique name of the server's folder. */
export function containerName(folder: string): string {
  return folder.slice(folder.lastIndexOf("/") + 1);
}

/** Starts a server; it is not ready yet. */
export function startInstance(
  runtime: RedisRuntime,
  folder: string,
  port: number,
  flags: readonly string[],
): RedisInstance {
  if (runtime.kind === "binary") return startBinary(runtime.path, folder, port, flags);
  return startContainer(runtime.image, folder, port, flags);
}
