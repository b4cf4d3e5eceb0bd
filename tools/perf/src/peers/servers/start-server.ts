import { fileBeside, Program } from "../process/program.ts";
import type { Listening } from "./listening.ts";
import type { ServerName } from "./servers.ts";

/** A peer in a process of its own, ready to be asked. */
export interface RunningServer {
  readonly program: Program;
  readonly port: number;
}

const SERVE = fileBeside(import.meta.url, "./serve.ts");

/**
 * Starts a peer as a program, on the core of the servers.
 *
 * @param env its environment, beside `NODE_ENV=production`
 * @throws Error with its last words when it ends instead
 */
export async function startServer(
  name: ServerName,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer & AsyncDisposable> {
  const all = { NODE_ENV: "production", ...env };
  const program = await Program.start({ name, args: [SERVE, name], place: "server", env: all });
  const { port } = await program.hear<Listening>("listening");
  return { program, port, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}
