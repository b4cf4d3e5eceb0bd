import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";

export interface Guarded {
  /** Removed at the end, with all that is in it. */
  readonly folder: string;
  /** Its first line is the server's process id. No such file: no server to end. */
  readonly pidFile: string;
  readonly endBy: NodeJS.Signals;
  /** Ends what the pid file does not lead to, such as a container: a command and its arguments. */
  readonly command?: readonly string[];
}

/** Lets this process end although the child still runs, and although the pipes to it are open. */
export function release(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) if (stream instanceof Socket) stream.unref();
}

/**
 * Starts a process that ends the server and removes its folder when this process ends, however it ends: SIGKILL leaves
 * no exit hook, but it does close the pipe that the guard reads. Nothing is to be done after an orderly stop: without
 * pid file and folder the guard finds nothing to do.
 */
export function guard(guarded: Guarded): void {
  const script = fileURLToPath(new URL("./guard-process.ts", import.meta.url));
  release(
    spawn(process.execPath, [script, JSON.stringify(guarded)], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    }),
  );
}
