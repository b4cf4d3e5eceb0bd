import { parseArgs } from "node:util";
import { describeCores } from "../stage/cores.ts";
import type { Progress } from "../targets/target.ts";
import { measuringCores } from "./process/place.ts";
import { type Comparison, runPeers } from "./run-peers.ts";
import { renderMarkdown, renderText } from "./table.ts";

const HELP = `Serves one product by several frameworks, and measures them in turns.

Usage: npm run perf -- peers [options]
  --only WHICH    http or grpc (default: both)
  --rounds N      how often each is measured (default 5)
  --seconds N     how long a round takes (default 2)
  --warm-up N     how long each is loaded before its first round (default 2)
  --markdown      as a table for a README
  --help          this text`;

const OPTIONS = {
  only: { type: "string" },
  rounds: { type: "string", default: "5" },
  seconds: { type: "string", default: "2" },
  "warm-up": { type: "string", default: "2" },
  markdown: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Progress on a terminal, one line that is written over; elsewhere nothing. */
const progress: Progress = {
  show(share, text) {
    if (process.stderr.isTTY) process.stderr.write(`\r${(share * 100).toFixed(0).padStart(3)} % ${text.padEnd(70)}`);
  },
};

/** The sub-command `peers`. @returns the exit code */
export async function peersCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) {
    print(HELP);
    return 0;
  }
  const { only } = values;
  if (only !== undefined && only !== "http" && only !== "grpc") {
    print(`--only must be http or grpc, got "${only}"`);
    return 1;
  }
  const [rounds, seconds, warmUpSeconds] = [values.rounds, values.seconds, values["warm-up"]].map(Number);
  if (!(Number.isInteger(rounds) && rounds && rounds > 0 && seconds && seconds > 0 && Number(warmUpSeconds) >= 0)) {
    print("--rounds, --seconds and --warm-up must be numbers above 0");
    return 1;
  }
  const which: readonly Comparison[] = only === undefined ? ["http", "grpc"] : [only];
  print(
    `node ${process.versions.node}; ${describeCores(await measuringCores())}; ${rounds} rounds of ${seconds} s, in turns`,
  );
  for (const comparison of which) {
    const table = await runPeers(comparison, { rounds, seconds, warmUpSeconds: Number(warmUpSeconds) }, progress);
    print(`\n${values.markdown ? renderMarkdown(table) : renderText(table)}`);
  }
  return 0;
}

if (import.meta.main) process.exitCode = await peersCommand(process.argv.slice(2));
