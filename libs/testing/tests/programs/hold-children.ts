/** Starts two programs, tells a reaper of one of them, then tells both, and stays until it is killed. */
import { spawn } from "node:child_process";
import { Reaper } from "../../src/index.ts";

const forever = () =>
  spawn(process.execPath, ["--eval", "setInterval(() => undefined, 60_000)"], { stdio: "ignore", detached: true });
const [watched, left] = [forever(), forever()];
const reaper = new Reaper();
reaper.watch(watched.pid);
process.stdout.write(`${JSON.stringify({ watched: watched.pid, left: left.pid })}\n`);
setInterval(() => undefined, 60_000);
