import { get } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureBundle, type ServiceName } from "@skyport/bundle";
import { freePort } from "@skyport/testing";
import type { Place } from "../peers/process/place.ts";
import { Program } from "../peers/process/program.ts";
import { ROOT } from "../stage/program.ts";

export interface ServiceOptions {
  readonly service: ServiceName;
  /** On the servers' core, or wherever the system puts it. */
  readonly place: Place;
  /** Beside what every service needs: where its database is, for one. */
  readonly env: Readonly<Record<string, string>>;
  /** Node's own. Default none. */
  readonly flags?: readonly string[];
}

/** A real service, as production runs it. Its log lines are written, and dropped by the system. */
export interface MeasuredService extends AsyncDisposable {
  readonly program: Program;
  readonly port: number;
  readonly url: string;
  /** From the start of its process until it could take traffic, in milliseconds. */
  readonly readyMs: number;
}

const SECRET = "the same secret for every instance";
const READY_MS = 60_000;
const PAUSE_MS = 5;

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path: "/readyz", agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("error", () => resolve(false));
  });
}

async function untilReady(program: Program, port: number): Promise<void> {
  const end = performance.now() + READY_MS;
  while (!(await Promise.race([isReady(port), program.ended]))) {
    if (performance.now() >= end) throw new Error(`${program.name} is not ready after ${READY_MS} ms`);
    await sleep(PAUSE_MS);
  }
}

/**
 * Starts a service from its bundle, and waits until it may take traffic.
 *
 * @throws Error with its last words when it ends instead
 */
export async function startService({ service, place, env, flags = [] }: ServiceOptions): Promise<MeasuredService> {
  const bundle = await ensureBundle(ROOT, service);
  const port = await freePort();
  const start = performance.now();
  const program = await Program.start({
    name: service,
    args: [...flags, bundle],
    place,
    cwd: ROOT,
    env: {
      NODE_ENV: "production",
      LOG_LEVEL: "warn",
      PAGE_TOKEN_SECRET: SECRET,
      NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/compiled"),
      PORT: String(port),
      ...env,
    },
  });
  try {
    await untilReady(program, port);
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
  const readyMs = performance.now() - start;
  const url = `http://127.0.0.1:${port}`;
  return { program, port, url, readyMs, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}
