import { randomInt } from "node:crypto";
import { relative } from "node:path";
import { isAlive } from "@skyport/testing";
import { type Environment, readConfig } from "./config.ts";
import { type Entries, type Mode, serviceUrl } from "./plan.ts";
import { onSignals } from "./signals.ts";
import { Stack } from "./stack.ts";

export interface RunOptions {
  /** The project's folder. */
  readonly root: string;
  readonly mode: Mode;
  readonly entries: () => Promise<Entries>;
  readonly env: Environment;
  readonly print: (line: string) => void;
  /** Processes whose end is a signal to stop. */
  readonly launchers: readonly number[];
}

/** How often it is asked whether the launchers still run, in milliseconds. */
const LAUNCHER_MS = 500;

/** Calls `gone` once one of the processes has ended. */
function onEnd(pids: readonly number[], gone: () => void): void {
  const timer = setInterval(async () => {
    const alive = await Promise.all(pids.map(isAlive));
    if (alive.every(Boolean)) return;
    clearInterval(timer);
    gone();
  }, LAUNCHER_MS);
  timer.unref();
}

function banner(stack: Stack, { mode, root, env }: RunOptions): string {
  const config = readConfig(env);
  const product = `${serviceUrl(config.productPort)}/skyport.product.v1.ProductService`;
  const json = "-H 'Content-Type: application/json'";
  // Its id is new with each start, so that the line works each time.
  const id = `skyliner-${randomInt(36 ** 4, 36 ** 5).toString(36)}`;
  const create = `{"product":{"id":"${id}","title":"Skyliner","inStock":5,"price":{"currencyCode":"EUR","units":90}}}`;
  const { database } = stack;
  const dataDir = relative(root, database?.dataDir ?? root);
  return [
    "",
    "Skyport is ready. Ctrl-C stops it; the data is kept.",
    `  product-svc  ${serviceUrl(config.productPort)}`,
    `  order-svc    ${serviceUrl(config.orderPort)}`,
    ...(database === undefined
      ? []
      : [
          `  PostgreSQL   127.0.0.1:${database.port}, data in ${dataDir.startsWith("..") ? database.dataDir : dataDir}`,
        ]),
    ...(mode === "start"
      ? []
      : [`  debuggers    127.0.0.1:${config.productInspectPort} and 127.0.0.1:${config.orderInspectPort}`]),
    "Create a product, then get it:",
    `  curl -s ${product}/CreateProduct ${json} -d '${create}'`,
    `  curl -s ${product}/GetProduct ${json} -d '{"id":"${id}"}'`,
    "",
  ].join("\n");
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Runs both services, and the database that they need, until a signal ends it or a part fails. Mishaps are told in one
 * line.
 *
 * @returns the exit code: 0 after a clean stop, 1 after a mishap, 130 when a second signal cut the stop short.
 */
export async function run(options: RunOptions): Promise<number> {
  const { print, root, mode, entries, env } = options;
  const tell = (error: unknown): void => print(`skyport: ${messageOf(error)}`);
  let stack: Stack;
  try {
    stack = new Stack({ root, mode, entries, env, print, config: readConfig(env) });
  } catch (error) {
    tell(error);
    return 1;
  }

  let stopping = false;
  let cut = false;
  const signalled = Promise.withResolvers<void>();
  const killed = Promise.withResolvers<void>();
  const stop = (why: string): void => {
    stopping = true;
    print(`skyport: ${why}`);
    signalled.resolve();
  };
  onEnd(options.launchers, () => {
    if (!stopping) stop("npm has ended: stopping too");
  });
  onSignals(
    () => stop("stopping; once more ends it at once"),
    () => {
      if (cut) return;
      cut = true;
      print("skyport: ending at once");
      stack.kill().catch(tell).then(killed.resolve);
    },
  );

  let code = 0;
  try {
    const live = stack.start().then((ready) => {
      if (ready && !stopping) print(banner(stack, options));
      return stack.failed;
    });
    await Promise.race([live, signalled.promise]);
  } catch (error) {
    code = 1;
    tell(error);
  }
  await Promise.race([stack.stop().catch(tell), killed.promise]);
  return cut ? 130 : code;
}
