import { chown, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually, startPostgres, type TestPostgres } from "@skyport/testing";
import { createDatabase, type Database } from "../src/index.ts";
import { selfSigned } from "./support/certificate.ts";
import { query, raw, soon } from "./support/database.ts";

let server: TestPostgres;
let admin: Database;
beforeAll(async () => {
  server = await startPostgres();
  admin = createDatabase({ url: server.url });
});
afterAll(async () => {
  await admin.close();
  await server.stop();
});

/** The server's URL with another host and parameters. */
function url(host: string, parameters: Readonly<Record<string, string>>): string {
  const copy = new URL(server.url);
  copy.hostname = host;
  for (const [name, value] of Object.entries(parameters)) copy.searchParams.set(name, value);
  return copy.href;
}

async function isEncrypted(address: string): Promise<unknown> {
  await using database = createDatabase({ url: address });
  return (await query(database, "select ssl from pg_stat_ssl where pid = pg_backend_pid()"))[0]?.["ssl"];
}

const refused = { reason: "DATABASE_UNAVAILABLE" };

test("a server without TLS: prefer goes on in the clear, the others refuse", async () => {
  expect(await isEncrypted(url("localhost", {}))).toBe(false);
  for (const sslmode of ["require", "verify-ca", "verify-full"]) {
    await expect(isEncrypted(url("localhost", { sslmode }))).rejects.toMatchObject(refused);
  }
});

describe("a server with TLS", () => {
  let sslrootcert: string;
  beforeAll(async () => {
    const { certificate, key } = selfSigned("localhost");
    const { uid, gid } = await stat(server.dataDir);
    for (const [name, content] of [
      ["server.crt", certificate],
      ["server.key", key],
    ] as const) {
      const path = join(server.dataDir, name);
      await writeFile(path, content, { mode: 0o600 });
      await chown(path, uid, gid);
    }
    sslrootcert = join(server.dataDir, "server.crt");
    await query(admin, "alter system set ssl = on");
    await query(admin, "select pg_reload_conf()");
    await eventually(async () => {
      expect(await query(admin, "select current_setting('ssl') as ssl")).toEqual([{ ssl: "on" }]);
    });
  });

  test("is used by default, and not with disable", async () => {
    await eventually(async () => (await isEncrypted(url("localhost", {}))) === true);
    expect(await isEncrypted(url("localhost", { sslmode: "require" }))).toBe(true);
    expect(await isEncrypted(url("localhost", { sslmode: "disable" }))).toBe(false);
  });

  test("verify-ca asks for the authority, verify-full for the name too", async () => {
    expect(await isEncrypted(url("localhost", { sslmode: "verify-full", sslrootcert }))).toBe(true);
    expect(await isEncrypted(url("127.0.0.1", { sslmode: "verify-ca", sslrootcert }))).toBe(true);
    await expect(isEncrypted(url("127.0.0.1", { sslmode: "verify-full", sslrootcert }))).rejects.toMatchObject(refused);
    await expect(isEncrypted(url("localhost", { sslmode: "verify-ca" }))).rejects.toMatchObject(refused);
  });

  test("a connection lost under TLS is told like any other", async () => {
    await using database = createDatabase({ url: url("localhost", { sslmode: "require" }) });
    const work = database.transaction({ deadline: soon() }, async (tx) => {
      const [row] = await tx.run(raw("select pg_backend_pid() as pid"), {});
      await query(admin, `select pg_terminate_backend(${String(row?.["pid"])})`);
      await tx.run(raw("select pg_sleep(5)"), {});
    });
    await expect(work).rejects.toMatchObject({ ...refused, cause: { code: "57P01" } });
    await eventually(() => database.ping(soon()));
  });
});
