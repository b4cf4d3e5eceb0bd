import { parseArgs } from "node:util";
import { UsageError } from "./usage-error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What one run is to do. */
export interface SeedOptions {
  readonly products: number;
  readonly orders: number;
  /** The same seed makes the same products and orders. */
  readonly seed: number;
  /** How many calls are in flight at a time. */
  readonly concurrency: number;
  readonly productUrl: string;
  readonly orderUrl: string;
}

export const HELP = `Fills running services with products and orders.

Usage: npm run seed -- [options]

  --products N     how many products (default 10000; 0 to 1000000)
  --orders N       how many orders for them (default 2000; 0 to 1000000)
  --seed N         the same seed makes the same data (default 1)
  --concurrency N  calls in flight at a time (default 32; 1 to 256)
  --help           this text

PRODUCT_URL (default http://127.0.0.1:8081) and ORDER_URL (default http://127.0.0.1:8082) say where the services are.
What an earlier run with the same seed has made is left as it is. Orders are recognised for 24 hours.`;

const OPTIONS = {
  products: { type: "string", default: "10000" },
  orders: { type: "string", default: "2000" },
  seed: { type: "string", default: "1" },
  concurrency: { type: "string", default: "32" },
  help: { type: "boolean", default: false },
} as const;

/**
 * Reads the command line and the environment.
 *
 * @returns "help" when that is all that was asked for
 * @throws UsageError naming the argument or variable at fault
 */
export function readOptions(args: readonly string[], env: Environment): SeedOptions | "help" {
  const { products, orders, seed, concurrency, help } = parse(args);
  if (help) return "help";
  const options = {
    products: integer("--products", products, 0, 1_000_000),
    orders: integer("--orders", orders, 0, 1_000_000),
    seed: integer("--seed", seed, 0, 4_294_967_295),
    concurrency: integer("--concurrency", concurrency, 1, 256),
    productUrl: url(env, "PRODUCT_URL", "http://127.0.0.1:8081"),
    orderUrl: url(env, "ORDER_URL", "http://127.0.0.1:8082"),
  };
  if (options.orders > 0 && options.products === 0) {
    throw new UsageError("--orders needs products to order: give --products at least 1, existing ones are kept");
  }
  return options;
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

function integer(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${name} must be a whole number from ${min} to ${max}, not "${text}"`);
}

function url(env: Environment, name: string, fallback: string): string {
  const value = env[name]?.trim() || fallback;
  if (/^https?:\/\//.test(value) && URL.canParse(value)) return value.replace(/\/+$/, "");
  throw new UsageError(`${name} must be an http or https URL, not "${value}"`);
}
