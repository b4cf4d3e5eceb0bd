import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { redisAvailable, type SharedPostgres, sharedPostgres, startRedis, type TestRedis } from "@skyport/testing";
import { Entries } from "./support/entries.ts";
import { Instance } from "./support/instance.ts";
import { InstanceProcess } from "./support/instance-process.ts";
import { createTable } from "./support/table.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;
const tlsSuite = (await redisAvailable("tls")) ? describe : describe.skip;

let postgres: SharedPostgres;
let databaseUrl: string;
const owned: AsyncDisposable[] = [];
const own = <R extends AsyncDisposable>(resource: R): R => {
  owned.push(resource);
  return resource;
};
beforeAll(async () => {
  postgres = await sharedPostgres();
  databaseUrl = await postgres.createDatabase();
  await createTable(databaseUrl);
});
afterAll(() => postgres.close());
afterEach(async () => {
  for (const resource of owned.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

const PASSWORD = "hunter2@:/%";

/** It has started, reads, refuses to write, and has said why, once, without a word of the secret. */
async function startsWithout(redisUrl: string, reason: RegExp): Promise<void> {
  const instance = own(await Instance.open({ redisUrl, databaseUrl }));
  expect(await instance.read("row")).toEqual({ version: undefined, mark: undefined });
  await expect(instance.write(["row"], "never")).rejects.toMatchObject({
    reason: "CACHE_UNAVAILABLE",
    details: { metadata: {} },
  });
  expect(instance.warnings).toHaveLength(1);
  const line = inspect(instance.warnings, { depth: 10, showHidden: true });
  expect(line).toMatch(reason);
  for (const secret of ["hunter", "wrong", encodeURIComponent(PASSWORD)]) expect(line).not.toContain(secret);
}

suite("a Redis with a password", () => {
  let redis: TestRedis;
  const address = (user: string, password: string) =>
    `redis://${user}:${encodeURIComponent(password)}@127.0.0.1:${redis.port}`;
  beforeAll(async () => {
    redis = await startRedis({ password: PASSWORD });
  });
  afterAll(() => redis.stop());

  test("in the URL, percent-encoded: it is used", async () => {
    const instance = own(await Instance.open({ redisUrl: redis.url, databaseUrl }));
    await instance.write(["with-password"], "new");
    expect(await instance.isCached("with-password")).toBe(true);
    expect(instance.warnings).toEqual([]);
  });

  test("that is wrong, or missing: the service starts, reads, and says so in one line", async () => {
    await startsWithout(address("", "wrong"), /WRONGPASS/);
    await startsWithout(`redis://127.0.0.1:${redis.port}`, /NOAUTH/);
    await startsWithout(address("hunter", PASSWORD), /WRONGPASS/);
  });

  test("a user with the rights of the documentation can do all that the cache does", async () => {
    const rights = "+set +get +del +info +time +eval +evalsha +script|load".split(" ");
    await redis.command("ACL", "SETUSER", "cache", "on", ">narrow", "~skyport:*", "-@all", ...rights);
    const instance = own(await Instance.open({ redisUrl: address("cache", "narrow"), databaseUrl }));
    await instance.write(["a", "b"], "new", { offer: false });
    await instance.read("a");
    expect(await instance.isCached("a")).toBe(true);
    await expect(instance.write(["a"], "never", { fail: true })).rejects.toThrow("the body of the write fails");
    await instance.reassure("b");
    await redis.command("SCRIPT", "FLUSH");
    await instance.write(["a"], "newer");
    expect(await instance.isCached("a")).toBe(true);
    expect(instance.warnings).toEqual([]);
    expect(await redis.command("ACL", "LOG")).toEqual(expect.not.arrayContaining([expect.arrayContaining(["cache"])]));
  });
});

tlsSuite("a Redis with TLS", () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis({ tls: true, password: PASSWORD });
  });
  afterAll(() => redis.stop());

  test("whose certificate the process trusts is used", async () => {
    const env = { NODE_EXTRA_CA_CERTS: redis.caFile ?? "" };
    const instance = own(await InstanceProcess.start("tls", { redisUrl: redis.url, databaseUrl }, env));
    expect(await instance.put(["with-tls"], "new")).toMatchObject({ outcome: "acknowledged" });
    expect(await instance.read("with-tls")).toMatchObject({ mark: "new" });
    expect(await new Entries(redis).get("with-tls")).toMatch(/^V.* new$/);
  });

  test("whose certificate nobody vouches for is not: the service starts, reads, and says so", async () => {
    await startsWithout(redis.url, /SELF_SIGNED/);
  });
});
