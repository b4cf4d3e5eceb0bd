import { LOG_LEVELS, type LogLevel } from "@skyport/rpc";

/** What the services under test log: nothing, unless LOG_LEVEL asks for it. Refusals and faults are what they are tested with. */
export function logLevel(): LogLevel {
  const asked = process.env["LOG_LEVEL"];
  return LOG_LEVELS.find((level) => level === asked) ?? "silent";
}
