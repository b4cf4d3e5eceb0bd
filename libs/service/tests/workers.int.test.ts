import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { build } from "@skyport/bundle";
import { eventually, freePort, isAlive } from "@skyport/testing";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const WAIT = { withinMs: 30_000 };

interface Line {
  readonly msg: string;
  readonly pids?: readonly number[];
}

interface Service {
  readonly child: ChildProcess;
  readonly port: number;
  readonly ended: Promise<{ readonly code: number | null; readonly errors: string }>;
  lines(): readonly Line[];
}

const services: Service[] = [];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "workers-"));
  // From its sources each process would take a second of processor time to start.
  await build(ROOT, "libs/service/tests/programs/pids.ts", folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

afterEach(async () => {
  for (const { child, ended } of services.splice(0)) {
    child.kill("SIGTERM");
    await ended;
  }
});

async function run(environment: Readonly<Record<string, string>> = {}): Promise<Service> {
  const port = await freePort();
  const env = {
    PATH: process.env["PATH"],
    WORKERS: "3",
    PORT: String(port),
    DATABASE_URL: "postgres://unused",
    REDIS_URL: "redis://unused",
    PAGE_TOKEN_SECRET: "long enough for the tests of workers",
    LOG_FORMAT: "json",
    ...environment,
  };
  const child = spawn(process.execPath, [join(folder, "main.mjs")], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const service: Service = {
    child,
    port,
    ended: once(child, "close").then(([code]) => ({ code, errors })),
    lines: () =>
      output
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
  };
  services.push(service);
  return service;
}

/** The workers' processes, once all listen. */
async function workersOf(service: Service): Promise<readonly number[]> {
  const pids = (): readonly number[] | undefined => service.lines().find(({ pids }) => pids !== undefined)?.pids;
  await eventually(() => pids() !== undefined, WAIT);
  return pids() ?? [];
}

/** The process that answers over a new connection, after this many milliseconds. */
async function answering({ port }: Service, ms = 0): Promise<number> {
  const call = request({
    port,
    host: "127.0.0.1",
    method: "POST",
    path: "/skyport.product.v1.ProductService/GetProduct",
    headers: { "content-type": "application/json" },
    agent: false,
  });
  call.end(JSON.stringify({ id: String(ms) }));
  const [response] = await once(call, "response");
  const answer: unknown = await json(response);
  return Number((answer as { product: { id: string } }).product.id);
}

/** Whoever answers until it was each of these. */
async function untilAllAnswer(service: Service, pids: readonly number[]): Promise<void> {
  const seen = new Set<number>();
  await eventually(async () => {
    seen.add(await answering(service));
    return pids.every((pid) => seen.has(pid));
  }, WAIT);
}

const allGone = (pids: readonly number[]): Promise<unknown> =>
  eventually(async () => !(await Promise.all(pids.map(isAlive))).some(Boolean), WAIT);

describe("WORKERS=3", () => {
  test("three processes answer on one port", async () => {
    const service = await run();
    const pids = await workersOf(service);
    expect(new Set([...pids, service.child.pid]).size).toBe(4);
    await untilAllAnswer(service, pids);
  });

  test("a worker that is killed is replaced, while the others answer", async () => {
    const service = await run();
    const [killed = 0, ...others] = await workersOf(service);
    process.kill(killed, "SIGKILL");
    await untilAllAnswer(service, others);
    await eventually(async () => ![killed, ...others].includes(await answering(service)), WAIT);
    expect(service.lines()).toContainEqual(expect.objectContaining({ msg: "a worker has ended", ending: "SIGKILL" }));
  });

  test("a worker that is asked to end finishes its calls, and is replaced", async () => {
    const service = await run();
    const pids = await workersOf(service);
    // Whoever takes it has it in hand when a later call on another connection is answered.
    const slow = answering(service, 1_000);
    await untilAllAnswer(service, pids);
    for (const pid of pids) process.kill(pid, "SIGTERM");
    expect(pids).toContain(await slow);
    await eventually(async () => !pids.includes(await answering(service)), WAIT);
  });

  test("a signal to the supervisor ends all of them, their calls finished", async () => {
    const service = await run();
    const pids = await workersOf(service);
    const slow = answering(service, 1_000);
    await untilAllAnswer(service, pids);
    service.child.kill("SIGTERM");
    expect(pids).toContain(await slow);
    expect(await service.ended).toEqual({ code: 0, errors: "" });
    await allGone(pids);
  });

  test("a second signal ends all of them at once", async () => {
    const service = await run();
    const pids = await workersOf(service);
    const slow = answering(service, 60_000).catch(() => 0);
    await untilAllAnswer(service, pids);
    service.child.kill("SIGTERM");
    await eventually(() => service.lines().some(({ msg }) => msg === "closing"), WAIT);
    service.child.kill("SIGTERM");
    expect((await service.ended).code).toBe(143);
    await allGone(pids);
    expect(await slow).toBe(0);
  });

  test("workers whose supervisor is killed end by themselves", async () => {
    const service = await run();
    const pids = await workersOf(service);
    service.child.kill("SIGKILL");
    await allGone(pids);
  });

  test("what keeps the first worker from starting is told once, and ends all", async () => {
    const taken = await run({ WORKERS: "1" });
    await eventually(async () => (await answering(taken)) > 0, WAIT);
    const { code, errors } = await (await run({ PORT: String(taken.port) })).ended;
    expect(code).toBe(1);
    expect(errors.trimEnd().split("\n")).toEqual([
      `port ${taken.port} is in use: stop what uses it, or set PORT to another port`,
      "the service cannot start",
    ]);
  });

  test("without a shared cache there is one process only", async () => {
    const { code, errors } = await (await run({ REDIS_URL: "" })).ended;
    expect(code).toBe(1);
    expect(errors.trimEnd()).toBe("REDIS_URL takes a URL when WORKERS is above 1: they share a cache");
  });
});
