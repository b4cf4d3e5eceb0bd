import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { UsageError } from "./usage-error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Rounds of load and faults over real services. */
export interface CacheCommand {
  readonly command: "cache";
  readonly minutes: number;
  readonly seed: number;
  readonly instances: number;
  readonly workers: number;
  /** The faults of the first rounds; random ones follow while there is time. */
  readonly first: readonly (readonly string[])[];
  /** How many products a batch reads. */
  readonly batch: number;
  /** For how long each of the other designs is driven afterwards, in seconds; 0: they are not. */
  readonly compareSeconds: number;
  readonly json: boolean;
}

/** What the end and the return of Redis cost. */
export interface RedisLossCommand {
  readonly command: "redis-loss";
  readonly seed: number;
  readonly instances: number;
  /** Reads a second. */
  readonly rate: number;
  readonly json: boolean;
}

/** Other designs of a cache under the same checker; it reads its own arguments. */
export interface CompareCommand {
  readonly command: "compare";
  readonly args: readonly string[];
}

/** Cycles of kills over orders and stock. */
export interface OrdersCommand {
  readonly command: "orders";
  readonly cycles: number;
  readonly seed: number;
  /** Everything is checked after each so many cycles. */
  readonly checkEvery: number;
  readonly json: boolean;
}

export type Command = CacheCommand | OrdersCommand | RedisLossCommand | CompareCommand;

export const HELP = `Breaks real services, servers and links under load, and checks every answer.

Usage: npm run chaos -- [cache] [options]       is any read stale? (the default)
       npm run chaos -- --orders [options]      is any order lost, or stock reserved twice?
       npm run chaos -- redis-loss [options]    what does it cost when Redis is killed, and when it returns?
       npm run chaos -- compare [options]       other designs of a cache, under the same checker

cache:
  --minutes N     how long; rounds that have begun are finished (default 10)
  --seed N        the same seed makes the same faults in the same order (default: SEED, else a random one)
  --instances N   how many product-svc (default 3; 1 to 8)
  --workers N     how many processes that read and write (default 3; 1 to 16)
  --first ROUNDS  the faults of the first rounds, such as redis-kill,postgres-kill+instance-stop: two rounds; random ones
                  follow while there is time
  --batch N       how many products a batch reads; each counts as one checked read (default 20; 1 to 100)
  --compare N     drives every design of the comparison afterwards for so many seconds each (default 5 for a run of a
                  minute or more without --json, else 0: not at all)
redis-loss:
  --rate N        reads a second (default 500; 1 to 10000)
  --instances N   how many product-svc (default 2; 1 to 8)
--orders:
  --cycles N      how often services are killed (default 100; 1 to 100000)
  --check-every N how often everything is checked: after so many cycles, and at the end (default 50)
all three:
  --seed N        as above
  --json          the report as JSON on standard output
  --help          this text

Everything that it breaks is its own: a PostgreSQL, a Redis and services on free ports. The exit code is 1 when a promise
was broken; what shows it is below tmp/chaos.`;

const OPTIONS = {
  minutes: { type: "string", default: "10" },
  seed: { type: "string" },
  instances: { type: "string" },
  workers: { type: "string", default: "3" },
  first: { type: "string", default: "" },
  batch: { type: "string", default: "20" },
  compare: { type: "string" },
  rate: { type: "string", default: "500" },
  orders: { type: "boolean", default: false },
  cycles: { type: "string", default: "100" },
  "check-every": { type: "string", default: "50" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/**
 * Reads the command line.
 *
 * @returns "help" when that is all that was asked for
 * @throws UsageError naming the argument at fault
 */
export function readCommand(args: readonly string[], env: Environment): Command | "help" {
  const [first] = args;
  if (first === "compare") return { command: first, args: args.slice(1) };
  const named = first !== undefined && !first.startsWith("-");
  const { values } = parse(named ? args.slice(1) : args);
  if (values.help) return "help";
  const command = named ? first : values.orders ? "orders" : "cache";
  const { json } = values;
  const seed = number("--seed", values.seed ?? env["SEED"] ?? String(randomInt(2 ** 31)), 0, 2 ** 31 - 1);
  if (command === "redis-loss") {
    const instances = number("--instances", values.instances ?? "2", 1, 8);
    return { command, seed, instances, rate: number("--rate", values.rate, 1, 10_000), json };
  }
  if (command === "orders") {
    const cycles = number("--cycles", values.cycles, 1, 100_000);
    return { command, seed, cycles, checkEvery: number("--check-every", values["check-every"], 1, 1_000), json };
  }
  if (command !== "cache") throw new UsageError(`unknown command "${command}": cache, orders, redis-loss or compare`);
  const minutes = decimal("--minutes", values.minutes, 0, 10_000);
  return {
    command,
    seed,
    json,
    minutes,
    batch: number("--batch", values.batch, 1, 100),
    compareSeconds: number("--compare", values.compare ?? (minutes >= 1 && !json ? "5" : "0"), 0, 600),
    instances: number("--instances", values.instances ?? "3", 1, 8),
    workers: number("--workers", values.workers, 1, 16),
    first: values.first === "" ? [] : values.first.split(",").map((round) => round.split("+")),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS });
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new UsageError(`${line}; --help lists the options`);
  }
}

function number(name: string, text: string, least: number, most: number): number {
  const value = decimal(name, text, least, most);
  if (!Number.isInteger(value)) throw new UsageError(`${name} must be a whole number, got "${text}"`);
  return value;
}

function decimal(name: string, text: string, least: number, most: number): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw new UsageError(`${name} must be a number from ${least} to ${most}, got "${text}"`);
}
