import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { release } from "@skyport/testing";
import type { Recorded } from "./run-file.ts";

/**
 * Starts a process that ends the services and the database when this one is killed by SIGKILL and cannot do it: the
 * pipe between them closes however this process ends. After an orderly stop it finds no record, and does nothing.
 */
export function startWatchdog(stateDir: string, owner: Recorded): void {
  const script = fileURLToPath(new URL("./watchdog-process.ts", import.meta.url));
  const args = [script, stateDir, String(owner.pid), owner.identity];
  release(spawn(process.execPath, args, { stdio: ["pipe", "ignore", "ignore"], detached: true, cwd: "/" }));
}
