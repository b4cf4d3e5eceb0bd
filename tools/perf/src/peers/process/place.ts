import { type Cores, findCores } from "../../stage/cores.ts";

/** What a program of a measurement is: the server that is measured, or the load for it. */
export type Place = "server" | "generator" | "anywhere";

let found: Promise<Cores> | undefined;

/** The cores of servers and of their load: those of the first call, for the whole run. */
export function measuringCores(): Promise<Cores> {
  found ??= findCores();
  return found;
}

/** A command that starts on the cores of its place. `taskset` becomes the program itself: its process id stays. */
export async function placed(
  place: Place,
  file: string,
  args: readonly string[],
): Promise<readonly [string, readonly string[]]> {
  const { load, system } = await measuringCores();
  const cores = { server: system, generator: load, anywhere: undefined }[place];
  return cores === undefined ? [file, args] : ["taskset", ["-c", cores, file, ...args]];
}
