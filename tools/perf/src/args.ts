import { parseArgs } from "node:util";
import { UsageError } from "./usage-error.ts";

export type Mode = "full" | "quick" | "pictures";

/** What one run is to do. */
export interface Options {
  readonly mode: Mode;
  /** How many products and orders there are, the smallest first. */
  readonly sizes: readonly number[];
  /** How long the exercise's flow runs against each system. */
  readonly flowSeconds: number;
  /** How many callers the flow has. */
  readonly clients: number;
  /** Alternating rounds of everything that is compared. */
  readonly rounds: number;
  /** How long memory is watched under load, in seconds. */
  readonly memorySeconds: number;
  /** The parts to measure; undefined: all of the mode's. */
  readonly only: readonly string[] | undefined;
  /** Where the report goes; undefined: a folder of its own below tmp/perf. */
  readonly folder: string | undefined;
  /** Takes the results as JSON, beside the report's own. */
  readonly json: string | undefined;
  /** The JSON of an earlier run. */
  readonly compare: string | undefined;
}

/** The parts of the full run, in its order. */
export const PARTS = [
  "over-time",
  "fixes",
  "statements",
  "sizes",
  "scenarios",
  "clients",
  "processes",
  "peers",
  "targets",
] as const;

/** What the README's pictures are made from. */
export const PICTURE_PARTS: readonly string[] = ["over-time", "fixes", "sizes", "processes"];

export const HELP = `Measures Skyport: against the exercise's flawed design, against data size, callers, processes and other servers.

Usage: npm run perf                        everything, and a report below tmp/perf (about 25 minutes)
       npm run perf -- --quick             the table of targets, each measured in a small way (about 3 minutes)
       npm run perf -- peers [--help]      other servers beside ours, as a table for a terminal or a README
       npm run perf -- --pictures          the pictures of the README anew, in docs/images (about 10 minutes)

  --sizes N,N,N    how many products and orders there are (default 1000,100000,1000000; --quick 1000,100000)
  --ten-million    ten million as well
  --flow-seconds N how long the exercise's flow runs against each system (default 120)
  --clients N      how many callers it has (default 4)
  --rounds N       alternating rounds of what is compared (default 5; --quick 3)
  --memory-seconds N  how long memory is watched under load (default 180; --quick 10)
  --only A,B       some parts only: ${PARTS.join(", ")}
  --folder DIR     where the report goes
  --json FILE      the results as JSON, as well
  --compare FILE   marks what changed since that JSON by more than the noise
  --help           this text

Everything that is measured runs here and is the run's own: PostgreSQL, Redis where there is one, services, load.`;

const OPTIONS = {
  quick: { type: "boolean", default: false },
  pictures: { type: "boolean", default: false },
  sizes: { type: "string" },
  "ten-million": { type: "boolean", default: false },
  "flow-seconds": { type: "string", default: "120" },
  clients: { type: "string", default: "4" },
  rounds: { type: "string" },
  "memory-seconds": { type: "string" },
  only: { type: "string" },
  folder: { type: "string" },
  json: { type: "string" },
  compare: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

const TEN_MILLION = 10_000_000;
const MOST_ROWS = 20_000_000;

/**
 * Reads the command line.
 *
 * @returns "help" when that is all that was asked for
 * @throws UsageError naming the argument at fault
 */
export function readOptions(args: readonly string[]): Options | "help" {
  const values = parse(args);
  if (values.help) return "help";
  if (values.quick && values.pictures) throw new UsageError("--quick and --pictures: one of them");
  const mode: Mode = values.quick ? "quick" : values.pictures ? "pictures" : "full";
  const sizes = (values.sizes ?? (mode === "quick" ? "1000,100000" : "1000,100000,1000000"))
    .split(",")
    .map((text) => integer("--sizes", text, 100, MOST_ROWS));
  return {
    mode,
    sizes: [...new Set([...sizes, ...(values["ten-million"] ? [TEN_MILLION] : [])])].sort((a, b) => a - b),
    flowSeconds: integer("--flow-seconds", values["flow-seconds"], 6, 3_600),
    clients: integer("--clients", values.clients, 1, 64),
    rounds: integer("--rounds", values.rounds ?? (mode === "quick" ? "3" : "5"), 1, 100),
    memorySeconds: integer("--memory-seconds", values["memory-seconds"] ?? (mode === "quick" ? "10" : "180"), 1, 3_600),
    only: values.only === undefined ? undefined : values.only.split(",").map(part),
    folder: values.folder,
    json: values.json,
    compare: values.compare,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // node's messages name the argument; what follows the first sentence is advice for programmers.
    const [sentence] = String(error instanceof Error ? error.message : error).split(/\.?(?: |\n)(?=To |$)|\.?\n/);
    throw new UsageError(`${sentence} (see --help)`);
  }
}

function part(name: string): string {
  if (PARTS.some((known) => known === name)) return name;
  throw new UsageError(`--only knows ${PARTS.join(", ")}, not "${name}"`);
}

function integer(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${name} must be a whole number from ${min} to ${max}, not "${text}"`);
}
