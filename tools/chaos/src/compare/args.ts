import { parseArgs } from "node:util";
import { DESIGNS, type DesignName } from "../designs/description.ts";

export interface CompareArgs {
  readonly seconds: number;
  readonly processes: number;
  readonly designs: readonly DesignName[];
  /** How many writers of each design are killed. */
  readonly kills: number;
  readonly json: boolean;
}

/** What somebody who typed the command has to know; one line. */
export class CompareUsageError extends Error {
  override readonly name = "CompareUsageError";
}

export const COMPARE_USAGE = `compare [--seconds 10] [--processes 4] [--kills 5] [--designs ${DESIGNS.slice(0, 3).join(",")},...] [--json]`;

/** @throws CompareUsageError for what it does not understand. */
export function compareArgs(args: readonly string[]): CompareArgs {
  const { values } = parsed(args);
  return {
    seconds: number("seconds", values.seconds ?? "10", 1, 600),
    processes: number("processes", values.processes ?? "4", 1, 64),
    kills: number("kills", values.kills ?? "5", 0, 100),
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
        kills: { type: "string" },
        designs: { type: "string" },
        json: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new CompareUsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function number(name: string, text: string, least: number, most: number): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new CompareUsageError(`--${name} must be a whole number from ${least} to ${most}, not ${text}`);
  }
  return value;
}

function designOf(name: string): DesignName {
  const design = DESIGNS.find((known) => known === name.trim());
  if (design === undefined) throw new CompareUsageError(`no such design: ${name}; there are ${DESIGNS.join(", ")}`);
  return design;
}
