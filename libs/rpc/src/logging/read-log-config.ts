import type { EnvReader } from "../config/env-reader.ts";
import { LOG_LEVELS, type LogLevel } from "./logger.ts";

/**
 * `LOG_LEVEL` (default `info`) and `LOG_FORMAT` (default `json` where `NODE_ENV` is `production`, else `pretty`), as
 * `createLogger` takes them.
 */
export function readLogConfig(env: EnvReader): { level: LogLevel; format: "json" | "pretty" } {
  const production = env.readOptional("NODE_ENV") === "production";
  return {
    level: env.readEnum("LOG_LEVEL", LOG_LEVELS, { default: "info" }),
    format: env.readEnum("LOG_FORMAT", ["json", "pretty"], { default: production ? "json" : "pretty" }),
  };
}
