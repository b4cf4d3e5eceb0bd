import { parseArgs } from "node:util";
import { DESIGNS, type DesignName } from "../designs/description.ts";

export interface CompareArgs {
  readonly seconds: number;
  readonly processes: number;
  readonly designs: readonly DesignName[];
  readonly json: boolean;
}

/** What somebody who typed the command has to know; one line. */
export class CompareUsageError extends Error {
  override readonly name = "CompareUsageError";
}

export const COMPARE_USAGE = `compare [--seconds 10] [--processes 4] [--designs ${DESIGNS.slice(0, 3).join(",")},...] [--json]`;

/** @throws CompareUsageError for what it does not understand. */
export function compareArgs(args: readonly string[]): CompareArgs {
  const { values } = parsed(args);
  return {
    seconds: number("seconds", values.seconds, 10, 600),
    processes: number("processes", values.processes, 4, 64),
    designs: values.designs === undefined ? DESIGNS : values.designs.split(",").map(designOf),
    json: values.json ?? false,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seconds: { type: "string" },
        processes: { type: "string" },
        designs: { type: "string" },
        json: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new CompareUsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function number(name: string, text: string | undefined, byDefault: number, most: number): number {
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new CompareUsageError(`--${name} must be a whole number from 1 to ${most}, not ${text}`);
  }
  return value;
}

function designOf(name: string): DesignName {
  const design = DESIGNS.find((known) => known === name.trim());
  if (design === undefined) throw new CompareUsageError(`no such design: ${name}; there are ${DESIGNS.join(", ")}`);
  return design;
}
