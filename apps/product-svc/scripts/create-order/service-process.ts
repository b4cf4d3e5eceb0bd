import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ensureBundle, type ServiceName } from "@skyport/bundle";
import { eventually, freePort } from "@skyport/testing";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

/** A service as production runs it, as a process of its own that ends with this one's measurement. */
export async function startService(
  name: ServiceName,
  variables: Readonly<Record<string, string>>,
): Promise<AsyncDisposable & { readonly url: string }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = await ensureBundle(ROOT, name);
  const child = spawn(process.execPath, [program], {
    env: {
      PORT: String(port),
      PAGE_TOKEN_SECRET: "page tokens of a measurement of CreateOrder",
      LOG_LEVEL: "fatal",
      ...variables,
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const exited = once(child, "exit");
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  // Only when this process ends in disorder; else it has been waited for.
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async (): Promise<void> => {
    if (!hasEnded()) child.kill("SIGTERM");
    await exited;
    process.off("exit", kill);
  };
  try {
    const isReady = async (): Promise<boolean> => hasEnded() || (await fetch(`${url}/readyz`)).ok;
    await eventually(isReady, { withinMs: 60_000, everyMs: 50 });
    if (hasEnded()) throw new Error(`${name} has ended instead of listening`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, [Symbol.asyncDispose]: stop };
}
