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

/** Nothing is ever written to the disk, and replicas need not wait for others before they are copied to. */
const IN_MEMORY = ["--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0"];

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

/** The title stays the command line, so that the folder in it tells whose server this is. */
function untitled(path: string): readonly string[] {
  return path.endsWith("redis-server") ? ["--set-proc-title", "no"] : [];
}

function startProgram(path: string, args: readonly string[], folder: string): RedisInstance {
  const { child, pid } = launch(path, args, folder);
  return {
    pid,
    exited: exit(child),
    async signal(name) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      // Whoever ends it waits for its end, and must not end first for want of anything else to do.
      if (name === "SIGKILL") child.ref();
      signal(pid, name);
    },
  };
}

function startBinary(path: string, folder: string, port: readonly string[], flags: readonly string[]): RedisInstance {
  const place = ["--bind", "127.0.0.1", ...port, "--dir", folder, "--pidfile", pidFile(folder)];
  return startProgram(path, [...place, ...IN_MEMORY, ...untitled(path), ...flags], folder);
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

/** Where a server that runs as a program writes its process id. */
export function pidFile(folder: string): string {
  return `${folder}/redis.pid`;
}

export interface Listening {
  readonly port: number;
  readonly tls: boolean;
}

/** Starts a server; it is not ready yet. */
export function startInstance(
  runtime: RedisRuntime,
  folder: string,
  { port, tls }: Listening,
  flags: readonly string[],
): RedisInstance {
  if (runtime.kind === "docker") return startContainer(runtime.image, folder, port, flags);
  const listen = tls ? ["--port", "0", "--tls-port", String(port)] : ["--port", String(port)];
  return startBinary(runtime.path, folder, listen, flags);
}

/** Starts a Sentinel, which keeps its state in the file that it is configured by; it is not ready yet. */
export function startSentinelInstance(path: string, folder: string, configFile: string): RedisInstance {
  return startProgram(path, [configFile, "--sentinel", ...untitled(path)], folder);
}
