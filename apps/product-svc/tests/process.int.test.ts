import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { ensureBundle } from "@skyport/bundle";
import { eventually, freePort, sharedPostgres } from "@skyport/testing";
import { connect } from "./support/clients.ts";
import { migratedTemplate } from "./support/database.ts";
import { failureOf } from "./support/failure.ts";
import { createProduct } from "./support/fixtures.ts";
import { holding } from "./support/holding.ts";
import { stealLock } from "./support/process-lock.ts";
import { openSql } from "./support/sql.ts";

const MAIN = await ensureBundle(fileURLToPath(new URL("../../..", import.meta.url)), "product-svc");

const resources = new AsyncDisposableStack();
let createEmpty: () => Promise<string>;
let databaseUrl: string;

beforeAll(async () => {
  const postgres = resources.use(await sharedPostgres());
  createEmpty = () => postgres.createDatabase();
  databaseUrl = await postgres.createDatabase({ template: await migratedTemplate() });
});

afterAll(() => resources.disposeAsync());

const running = new Set<ChildProcess>();

/** Those of a test that has failed on its way. */
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
});

/** The service as a program. */
function run(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env["PATH"], NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    errors += chunk;
  });
  const ended = once(child, "close").then(([code, signal]) => ({
    code,
    signal,
    lines: errors.trimEnd().split("\n"),
  }));
  return { child, ended, output: () => output };
}

/** The service as a program that listens, and where. */
async function runListening(env: Readonly<Record<string, string>>) {
  const program = run(env);
  await eventually(() => program.output().includes("listening"), { withinMs: 20_000 });
  const [url = "", port = ""] = /http:\/\/127\.0\.0\.1:(\d+)/.exec(program.output()) ?? [];
  return { ...program, url, port };
}

const env = (more: Readonly<Record<string, string>> = {}) => ({
  DATABASE_URL: databaseUrl,
  PAGE_TOKEN_SECRET: "a secret that is long enough for it",
  PORT: "0",
  ...more,
});

describe("the program", () => {
  test("tells everything that its environment lacks, a line each", async () => {
    const { ended } = run({ PORT: "http", LOG_LEVEL: "loud", MIGRATE_ON_START: "maybe", PAGE_TOKEN_SECRET: "short" });
    const { code, lines } = await ended;
    expect(code).toBe(1);
    expect(lines.map((line) => line.split(" ", 1)[0]).sort()).toEqual([
      "DATABASE_URL",
      "LOG_LEVEL",
      "MIGRATE_ON_START",
      "PAGE_TOKEN_SECRET",
      "PORT",
    ]);
    expect(lines.join()).not.toContain("short");
  });

  test("tells in one line why its database cannot be used, and no secret", async () => {
    const changed = (parts: Partial<URL>) => Object.assign(new URL(databaseUrl), parts).href;
    const cases = [
      [changed({ port: String(await freePort()), password: "hidden" }), /^DATABASE/],
      [changed({ password: "hidden" }), /^DATABASE.*password/],
      [changed({ pathname: "/nowhere" }), /^DATABASE.*nowhere/],
    ] as const;
    const outcomes = await Promise.all(cases.map(([url]) => run(env({ DATABASE_URL: url })).ended));
    for (const [i, { code, lines }] of outcomes.entries()) {
      expect(code).toBe(1);
      expect(lines).toEqual([expect.stringMatching(cases[i]?.[1] ?? "")]);
      expect(lines.join()).not.toContain("hidden");
    }
  });

  test("migrates an empty database, serves, and keeps its port to itself; ends when another takes its lock", async () => {
    const empty = await createEmpty();
    const { child, ended, output, url, port } = await runListening(env({ DATABASE_URL: empty }));
    using clients = connect(url);
    await createProduct(clients);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);

    const second = await run(env({ PORT: port })).ended;
    expect(second.code).toBe(1);
    expect(second.lines).toEqual([expect.stringMatching(new RegExp(`${port}.*PORT`))]);

    expect(child.exitCode).toBeNull();
    await using sql = openSql(empty);
    await using thief = openSql(empty);
    await stealLock(sql, thief);
    expect(await ended).toMatchObject({ code: 1, signal: null });
    expect(output()).toContain('"level":60');
  });

  test("knows the database's errors, whatever names its classes have in the bundle", async () => {
    const { child, ended, url } = await runListening(env({ MIGRATE_ON_START: "false" }));
    using clients = connect(url);
    await using sql = openSql(databaseUrl);
    await holding(databaseUrl, "LOCK TABLE products", async (waiters) => {
      const failure = failureOf(clients.products.listProducts({}));
      await waiters(1);
      await sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0");
      expect(await failure).toMatchObject({ code: "Unavailable", reason: "DATABASE_UNAVAILABLE" });
    });
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 0 });
  });

  test("told not to migrate, it is not ready until somebody else has; ends in order on SIGTERM", async () => {
    const empty = await createEmpty();
    const { child, ended, output, url } = await runListening(env({ DATABASE_URL: empty, MIGRATE_ON_START: "false" }));
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    const { prepare } = await migratedTemplate();
    await prepare(empty);
    await eventually(async () => (await fetch(`${url}/readyz`)).status === 200, { withinMs: 20_000 });
    using clients = connect(url);
    await createProduct(clients);
    child.kill("SIGTERM");
    expect(await ended).toEqual({ code: 0, signal: null, lines: [""] });
    for (const line of output().trimEnd().split("\n")) expect(JSON.parse(line)).toHaveProperty("msg");
  });
});
