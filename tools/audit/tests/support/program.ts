import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { ensureBundle, type ServiceName } from "@skyport/bundle";
import { eventually, freePort } from "@skyport/testing";

const ROOT = new URL("../../../../", import.meta.url);

/** No more of the test's own environment than what a program needs to be found. */
function environment(variables: Readonly<Record<string, string>>): Record<string, string> {
  const { PATH = "" } = process.env;
  return { PATH, ...variables };
}

/** A service as a process of its own: a tool meets the services over the wire, in tests too. */
export interface ServiceProgram extends AsyncDisposable {
  readonly url: string;
}

/** Starts a service's program on a free port, and waits until it takes traffic. */
export async function startService(
  name: ServiceName,
  variables: Readonly<Record<string, string>>,
): Promise<ServiceProgram> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const main = await ensureBundle(fileURLToPath(ROOT), name);
  const child = spawn(process.execPath, [main], {
    env: environment({
      PORT: String(port),
      PAGE_TOKEN_SECRET: "page tokens of the tests of the audit",
      LOG_LEVEL: "fatal",
      LOG_FORMAT: "json",
      ...variables,
    }),
    stdio: ["ignore", "ignore", "inherit"],
  });
  const exited = once(child, "exit");
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const stop = async (): Promise<void> => {
    if (!hasEnded()) child.kill("SIGTERM");
    await exited;
  };
  try {
    const isReady = async (): Promise<boolean> => hasEnded() || (await fetch(`${url}/readyz`)).ok;
    await eventually(isReady, { withinMs: 60_000, everyMs: 20 });
    if (hasEnded()) throw new Error(`${name} has ended instead of listening`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, [Symbol.asyncDispose]: stop };
}

/** What a run of the audit's program came to. */
export interface AuditRun {
  readonly code: number | null;
  readonly output: string;
  /** Without what only a slow run tells: how far it is, and how many calls it had to make again. */
  readonly errors: string;
}

/** The two kinds of line that depend on how fast the machine is. */
const SLOWNESS = /^((stock|orders): [\d,]+ checked( \(\d+%\))?|retries: [\d,]+)\n/gm;

/** Runs the audit as `npm run audit` does. */
export async function runAudit(
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<AuditRun> {
  const main = fileURLToPath(new URL("tools/audit/src/main.ts", ROOT));
  const child = spawn(process.execPath, [main, ...args], {
    env: environment(variables),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code: child.exitCode, output, errors: errors.replaceAll(SLOWNESS, "") };
}
