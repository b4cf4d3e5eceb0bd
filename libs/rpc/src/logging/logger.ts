import { Writable } from "node:stream";
import { type DestinationStream, type Logger, pino } from "pino";
import pretty from "pino-pretty";
import { byTurns } from "./by-turns.ts";
import { errorFields } from "./error-fields.ts";

/** pino's levels, from nothing to everything. */
export const LOG_LEVELS = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  /** The service: `service` on each line. */
  readonly name: string;
  /** Default `info`. */
  readonly level?: LogLevel;
  /** `json` for machines, `pretty` for people. Default `json`. */
  readonly format?: "json" | "pretty";
  /** Where lines go. Default standard output. */
  readonly destination?: DestinationStream;
}

const STANDARD_OUTPUT = 1;
/** One for all loggers of the process. */
let output: DestinationStream | undefined;

function standardOutput(): DestinationStream {
  output ??= byTurns(STANDARD_OUTPUT);
  return output;
}

/** A logger whose errors hold no query parameters. Lines are written at the end of each turn: see `byTurns`. */
export function createLogger(options: LoggerOptions): Logger {
  const { name, level = "info", format = "json", destination } = options;
  const settings = {
    level,
    base: { service: name },
    serializers: { err: (error: unknown) => errorFields(error) },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  if (format === "json") return pino(settings, destination ?? standardOutput());
  const colorize = destination === undefined && process.stdout.isTTY === true;
  const stream = pretty({
    sync: true,
    colorize,
    singleLine: true,
    ignore: "service",
    ...(destination ? { destination: asWritable(destination) } : {}),
  });
  return pino(settings, stream);
}

/** The formatter wants a whole stream. */
function asWritable(destination: DestinationStream): Writable {
  return new Writable({
    write(chunk, _, done) {
      destination.write(String(chunk));
      done();
    },
  });
}
