/**
 * A process that ends the programs of a run when the run itself is killed: nothing else would. It is told process ids on
 * standard input, a line each, and kills what is left of them when that ends.
 */
import { createInterface } from "node:readline";
import { commandOf, signal } from "@skyport/testing";

const [, , entry = ""] = process.argv;
const pids = new Set<number>();

async function clear(): Promise<void> {
  // The id may be another program's by now.
  for (const pid of pids) if ((await commandOf(pid)).includes(entry)) signal(pid, "SIGKILL");
}

process.on("SIGINT", () => undefined);
createInterface({ input: process.stdin })
  .on("line", (line) => pids.add(Number(line)))
  .on("close", () => void clear());
