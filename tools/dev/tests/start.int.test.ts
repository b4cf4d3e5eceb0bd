import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { eventually, isAlive } from "@skyport/testing";
import { allGone, Checkout, TEST_MS, WITHIN } from "./support.ts";

jest.setTimeout(TEST_MS);

/** What the stand-in for a service tells of its environment. */
interface ServiceEnvironment {
  readonly DATABASE_URL: string;
  readonly PAGE_TOKEN_SECRET: string;
  readonly PRODUCT_SVC_URL?: string;
}

async function environment(url: string): Promise<ServiceEnvironment> {
  return (await (await fetch(`${url}/env`)).json()) as ServiceEnvironment;
}

describe("npm start", () => {
  let checkout: Checkout;
  beforeAll(async () => {
    checkout = await Checkout.make();
  });
  afterAll(() => checkout[Symbol.asyncDispose]());

  const stateFile = (name: string): string => join(checkout.root, ".skyport", name);

  test("starts everything, prints where it is, and stops cleanly at Ctrl-C; the next start finds the same", async () => {
    const first = await checkout.start().ready();
    expect(first.output).toContain(checkout.productUrl);
    expect(first.output).toContain(checkout.orderUrl);
    expect(first.output).toMatch(/^ {2}curl -s .*CreateProduct/m);
    expect(first.output).toMatch(/^product-svc \| \{"message":"begins"/m);
    const [product, order] = [await environment(checkout.productUrl), await environment(checkout.orderUrl)];
    expect(product.DATABASE_URL).toMatch(/^postgres:\/\/postgres:[^@]{43}@127\.0\.0\.1:\d+\/product$/);
    expect(order.DATABASE_URL).toBe(product.DATABASE_URL.replace(/product$/, "order"));
    expect(order.PRODUCT_SVC_URL).toBe(checkout.productUrl);
    expect(Buffer.from(product.PAGE_TOKEN_SECRET, "base64url")).toHaveLength(32);
    expect(order.PAGE_TOKEN_SECRET).toBe(product.PAGE_TOKEN_SECRET);
    for (const secret of ["postgres.password", "page-token.secret"]) {
      expect((await stat(stateFile(secret))).mode & 0o777).toBe(0o600);
    }

    const children = await first.children();
    first.process.kill("SIGINT");
    expect(await first.exited).toBe(0);
    const drained = [...first.output.matchAll(/^([a-z-]+) \| .*has drained/gm)].map(([, name]) => name);
    expect(drained).toEqual(["order-svc", "product-svc"]);
    await allGone(children);
    expect(await readFile(stateFile("postgres.log"), "utf8")).toContain("database system is shut down");
    expect(existsSync(stateFile("run.json"))).toBe(false);

    const second = await checkout.start().ready();
    expect(second.output).not.toContain("making the databases");
    expect(await environment(checkout.productUrl)).toEqual(product);
    await second.end();
  });

  test("refuses a second start in the folder, and the first one goes on", async () => {
    const first = await checkout.start().ready();
    const second = checkout.start();
    expect(await second.exited).toBe(1);
    expect(second.output.trim().split("\n")).toEqual([
      `skyport: Skyport already runs in this folder (process ${first.pid}): stop it by Ctrl-C, or by kill ${first.pid}`,
    ]);
    expect((await fetch(`${checkout.productUrl}/readyz`)).status).toBe(200);
    // With a folder of its own it gets as far as the ports.
    const apart = checkout.start("start", { SKYPORT_STATE_DIR: join(checkout.root, "other") });
    expect(await apart.exited).toBe(1);
    expect(apart.output).toContain(`skyport: port ${checkout.env.PRODUCT_PORT} is in use by process`);
    await first.end();
  });

  test("kill -9 of the start alone: what it started ends by itself, and the next start works", async () => {
    const first = await checkout.start().ready();
    const children = await first.children();
    expect(children).toHaveLength(4);
    first.process.kill("SIGKILL");
    await allGone(children);
    const second = await checkout.start().ready();
    await second.end();
    expect(await second.exited).toBe(0);
  });

  test("kill -9 of npm, or of its shell: the rest stops in order", async () => {
    const start = await checkout.startByNpm().ready();
    start.process.kill("SIGKILL");
    await start.exited;
    expect(start.output).toContain("skyport: npm has ended: stopping too");
    expect(start.output.match(/has drained/g)).toHaveLength(2);
    await eventually(() => !existsSync(stateFile("run.json")), WITHIN);
  });

  test("kill -9 of everything: the next start recovers", async () => {
    const first = await checkout.start().ready();
    await first.crash();
    const second = await checkout.start().ready();
    expect(await readFile(stateFile("postgres.log"), "utf8")).toContain("automatic recovery in progress");
    await second.end();
  });

  test("two starts at once in what a crash has left: one runs, the other is refused", async () => {
    const crashed = await checkout.start().ready();
    await crashed.crash();
    const both = [checkout.start(), checkout.start()];
    await Promise.race(both.map((start) => start.exited));
    const refused = both.filter((start) => start.process.exitCode !== null);
    expect(refused.map((start) => start.output)).toEqual([expect.stringContaining("already runs in this folder")]);
    for (const start of both) if (!refused.includes(start)) await start.ready();
    for (const start of both) await start.end();
  });

  test("kill -9 of the start and its watchdog: the next start ends what is left, and works", async () => {
    const first = await checkout.start().ready();
    const children = await first.children();
    const commands = await Promise.all(children.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8")));
    const watchdog = children.find((_, index) => commands[index]?.includes("watchdog-process"));
    const left = children.filter((pid) => pid !== watchdog);
    expect(left).toHaveLength(3);
    process.kill(watchdog ?? 0, "SIGKILL");
    first.process.kill("SIGKILL");
    await first.exited;
    expect(await Promise.all(left.map(isAlive))).toEqual([true, true, true]);
    const second = await checkout.start().ready();
    await allGone(left);
    await second.end();
  });

  test("a port in use: says which, by whom, and what moves it", async () => {
    const other = createServer().listen(Number(checkout.env.ORDER_PORT), "127.0.0.1");
    await once(other, "listening");
    const start = checkout.start();
    expect(await start.exited).toBe(1);
    expect(start.output).toContain(`skyport: port ${checkout.env.ORDER_PORT} is in use by process ${process.pid} (`);
    expect(start.output.trim()).toMatch(/^.*end that, or set ORDER_PORT to another port$/);
    other.close();
  });

  test("a service that ends by itself ends the rest, with its own words and one line", async () => {
    const start = checkout.start("start", { FAIL_PORT: checkout.env.ORDER_PORT });
    expect(await start.exited).toBe(1);
    expect(start.output).toContain("order-svc | DATABASE_URL must name a database\n");
    expect(start.output).toContain("skyport: order-svc has ended (exit code 3): stopping the rest\n");
  });

  test("a second signal, when a service does not drain, ends at once", async () => {
    const start = await checkout.start().ready();
    const children = await start.children();
    // A request that is never finished keeps the service from closing.
    const hanging = new AbortController();
    const request = fetch(`${checkout.productUrl}/hang`, { signal: hanging.signal }).catch(() => undefined);
    await start.says("hangs");
    start.process.kill("SIGTERM");
    await start.says('"drains"');
    await start.says('order-svc | {"message":"has drained"');
    // One that comes within the same Ctrl-C as the first does not count.
    const again = (): boolean => start.output.includes("ending at once") || (start.process.kill("SIGTERM") && false);
    await eventually(again, { ...WITHIN, everyMs: 100 });
    expect(await start.exited).toBe(130);
    await allGone(children);
    hanging.abort();
    await request;
  });

  test("data of another PostgreSQL is left alone", async () => {
    const file = stateFile("postgres/PG_VERSION");
    const version = await readFile(file, "utf8");
    await writeFile(file, "17\n");
    const start = checkout.start();
    expect(await start.exited).toBe(1);
    expect(start.output.trim()).toMatch(/^skyport: the data in .* is PostgreSQL 17's, and this version brings 18: .*$/);
    await writeFile(file, version);
  });
});
