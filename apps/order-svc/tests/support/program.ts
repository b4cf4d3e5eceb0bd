import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { ensureBundle, type ServiceName } from "@skyport/bundle";
import { eventually } from "@skyport/testing";
import { logLevel } from "./log-level.ts";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

/** What production runs, which starts in a third of the time that the sources take. */
const PROGRAMS: Readonly<Record<ServiceName, string>> = {
  "order-svc": await ensureBundle(ROOT, "order-svc"),
  "product-svc": await ensureBundle(ROOT, "product-svc"),
};

/** A service as a process of its own. */
export interface Program {
  /** The exit code once it has ended, undefined when a signal has ended it; with what it wrote to standard error. */
  readonly ended: Promise<{ readonly code: number | undefined; readonly errors: string }>;
  /** Waits until it takes traffic; throws when it ends instead. */
  ready(): Promise<void>;
  /** Sends a signal that does not end it. */
  signal(name: "SIGSTOP" | "SIGCONT"): void;
  /** Sends a signal and waits until it has ended. */
  end(by: NodeJS.Signals): Promise<void>;
}

/**
 * Runs a service's program with this environment, and no more of the test's own than its PATH.
 *
 * @param preload a module that is run before
 */
export function run(service: ServiceName, environment: Readonly<Record<string, string>>, preload?: URL): Program {
  const { PATH = "" } = process.env;
  const env = { PATH, LOG_LEVEL: logLevel(), LOG_FORMAT: "json", ...environment };
  const before = preload === undefined ? [] : ["--import", preload.href];
  const child = spawn(process.execPath, [...before, PROGRAMS[service]], { env, stdio: ["ignore", "inherit", "pipe"] });
  const ended = ending(child);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    ended,
    async ready() {
      const { PORT: port } = environment;
      const isReady = async (): Promise<boolean> => hasEnded() || (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
      await eventually(isReady, { withinMs: 20_000, everyMs: 20 });
      if (hasEnded()) throw new Error(`${service} ended instead of listening: ${(await ended).errors}`);
    },
    signal: (name) => void child.kill(name),
    async end(by) {
      if (!hasEnded()) child.kill(by);
      await ended;
    },
  };
}

async function ending(child: ChildProcess): Promise<{ code: number | undefined; errors: string }> {
  const exited = once(child, "exit");
  const errors = child.stderr === null ? "" : await text(child.stderr);
  await exited;
  return { code: child.exitCode ?? undefined, errors };
}
