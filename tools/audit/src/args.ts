import { parseArgs } from "node:util";
import { AuditError } from "./audit-error.ts";
import { parseDuration } from "./duration.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the services are. */
export interface Addresses {
  readonly productUrl: string;
  readonly orderUrl: string;
}

/** What is to be done with orphans. */
export interface RepairOptions {
  /** False: only told. */
  readonly apply: boolean;
  /** Orphans of younger orders are left alone, in milliseconds. */
  readonly olderThanMs: number;
}

/** What one run is to do. */
export interface AuditOptions extends Addresses {
  /** Rows asked for at a time. */
  readonly pageSize: number;
  readonly json: boolean;
  /** Undefined: nothing is repaired, nor looked at for it. */
  readonly repair: RepairOptions | undefined;
}

export const HELP = `Checks that stock adds up and that orders and reservations agree. Changes nothing; may run under load.

Usage: npm run audit -- [options]

  --page-size N     rows asked for at a time (default 1000; 1 to 1000)
  --json            the result as one JSON document
  --repair          tells which orphan reservations it would release
  --repair --yes    releases them
  --older-than AGE  with --repair: only those of orders made longer ago (default 10m; from 1m; units s, m, h, d)
  --help            this text

PRODUCT_URL (default http://127.0.0.1:8081) and ORDER_URL (default http://127.0.0.1:8082) say where the services are.
Exit code: 0 nothing found, 1 discrepancies found, 2 the audit could not be carried out.`;

const OPTIONS = {
  "page-size": { type: "string", default: "1000" },
  json: { type: "boolean", default: false },
  repair: { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  "older-than": { type: "string" },
  help: { type: "boolean", default: false },
} as const;

const DEFAULT_AGE = "10m";
const LEAST_AGE = "1m";

/**
 * Reads the command line and the environment.
 *
 * @returns "help" when that is all that was asked for
 * @throws AuditError naming the argument or variable at fault
 */
export function readOptions(args: readonly string[], env: Environment): AuditOptions | "help" {
  const values = parse(args);
  if (values.help) return "help";
  return {
    pageSize: pageSize(values["page-size"]),
    json: values.json,
    repair: repairOptions(values.repair, values.yes, values["older-than"]),
    productUrl: url(env, "PRODUCT_URL", "http://127.0.0.1:8081"),
    orderUrl: url(env, "ORDER_URL", "http://127.0.0.1:8082"),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // node's messages name the argument; what follows the first sentence is advice for programmers.
    const [sentence] = String(error instanceof Error ? error.message : error).split(/\.?(?: |\n)(?=To |$)|\.?\n/);
    throw new AuditError(`${sentence} (see --help)`);
  }
}

function pageSize(text: string): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= 1_000) return value;
  throw new AuditError(`--page-size must be a whole number from 1 to 1000, not "${text}"`);
}

function repairOptions(repair: boolean, yes: boolean, age: string | undefined): RepairOptions | undefined {
  if (!repair) {
    if (yes || age !== undefined) throw new AuditError(`${yes ? "--yes" : "--older-than"} needs --repair`);
    return undefined;
  }
  const olderThanMs = parseDuration(age ?? DEFAULT_AGE) ?? 0;
  const least = parseDuration(LEAST_AGE) ?? 0;
  if (olderThanMs >= least) return { apply: yes, olderThanMs };
  throw new AuditError(`--older-than must be a time such as 90s, 10m, 2h or 7d, from ${LEAST_AGE}, not "${age}"`);
}

function url(env: Environment, name: string, fallback: string): string {
  const value = env[name]?.trim() || fallback;
  if (/^https?:\/\//.test(value) && URL.canParse(value)) return value.replace(/\/+$/, "");
  throw new AuditError(`${name} must be an http or https URL, not "${value}"`);
}
