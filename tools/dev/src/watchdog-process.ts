/** The process that `startWatchdog` starts. */
import { clearAfter } from "./run-file.ts";

const [, , stateDir = "", pid = "", identity = ""] = process.argv;
process.stdin.resume().on("end", () => void clearAfter(stateDir, { pid: Number(pid), identity }));
