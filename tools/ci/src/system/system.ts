import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@skyport/testing";
import type { Addresses } from "../docs/docs.ts";
import { signalGroup, start } from "../process/command.ts";
import { resultsDir } from "../test/suites.ts";

/** What `npm start` wrote. */
export const SYSTEM_LOG = join(resultsDir(), "system.log");

export interface System {
  readonly addresses: Addresses;
  /** Ends it as Ctrl-C does; false when it had to be killed. */
  stop(): Promise<boolean>;
}

const START_MS = 120_000;
const STOP_MS = 30_000;

/**
 * Runs `npm start` on free ports and waits until both services are ready. Its data is this clone's: it does not go
 * together with another `npm start` of it.
 *
 * @throws Error when it ends or is not ready in time.
 */
export async function startSystem(): Promise<System> {
  const productPort = await freePort();
  let orderPort = await freePort();
  // Nobody listens on the first one yet, so that it may be told again.
  while (orderPort === productPort) orderPort = await freePort();
  const addresses = { product: `http://127.0.0.1:${productPort}`, order: `http://127.0.0.1:${orderPort}` };
  const child = start("npm", ["start"], {
    env: { PRODUCT_PORT: String(productPort), ORDER_PORT: String(orderPort) },
  });
  await mkdir(resultsDir(), { recursive: true });
  const file = createWriteStream(SYSTEM_LOG);
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  try {
    for (const address of Object.values(addresses)) await ready(child, `${address}/readyz`);
  } catch (error) {
    await stop(child);
    throw new Error("npm start did not get ready", { cause: error });
  }
  return { addresses, stop: () => stop(child) };
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  const end = performance.now() + START_MS;
  while (!hasEnded(child)) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    if (performance.now() > end) throw new Error(`${url} did not answer in time`);
    await sleep(200);
  }
  throw new Error(`npm start ended with ${child.exitCode ?? child.signalCode}`);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function stop(child: ChildProcess): Promise<boolean> {
  if (hasEnded(child)) return false;
  const closed = once(child, "close");
  // The whole group, as a terminal does.
  signalGroup(child, "SIGINT");
  const inTime = await Promise.race([closed.then(() => true), sleep(STOP_MS, false, { ref: false })]);
  if (!inTime) signalGroup(child, "SIGKILL");
  await closed;
  return inTime;
}
