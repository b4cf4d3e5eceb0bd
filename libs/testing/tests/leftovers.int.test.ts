import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "@jest/globals";
import { eventually, sharedPostgres } from "../src/index.ts";
import { runSql } from "../src/postgres/admin.ts";
import { createDatabaseOn } from "../src/postgres/databases.ts";
import { isAlive } from "../src/processes.ts";

interface Held {
  readonly pids: readonly number[];
  readonly folders: readonly string[];
  readonly sharedUrl: string;
}

describe("servers of tests", () => {
  const programs: ChildProcess[] = [];

  /** In a folder for temporary files of its own it shares with nobody else: other tests of this checkout may run now. */
  async function holdServers(folder: string): Promise<{ program: ChildProcess; held: Held }> {
    const script = fileURLToPath(new URL("./programs/hold-servers.ts", import.meta.url));
    const env = { ...process.env, TMPDIR: folder };
    const program = spawn(process.execPath, [script], { env, stdio: ["ignore", "pipe", "inherit"] });
    programs.push(program);
    const [line] = await once(program.stdout, "data");
    return { program, held: JSON.parse(String(line)) as Held };
  }

  afterEach(async () => {
    for (const program of programs.splice(0)) program.kill("SIGKILL");
  });

  test("end when the tests' processes are killed; the shared one with the last of them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "skyport-leftovers-"));
    // The server's own account works below it.
    await chmod(folder, 0o755);
    const [first, second] = await Promise.all([holdServers(folder), holdServers(folder)]);
    expect(first.held.sharedUrl).toBe(second.held.sharedUrl);
    expect(await Promise.all(first.held.pids.map(isAlive))).toEqual([true, true, true]);

    first.program.kill("SIGKILL");
    const [postgres, redis, shared] = first.held.pids;
    await eventually(async () => !(await isAlive(postgres ?? 0)) && !(await isAlive(redis ?? 0)));
    expect(await isAlive(shared ?? 0)).toBe(true);
    expect(await runSql(second.held.sharedUrl, "SELECT 1")).toEqual([["1"]]);

    second.program.kill("SIGKILL");
    const all = [...first.held.pids, ...second.held.pids];
    await eventually(async () => (await Promise.all(all.map(isAlive))).every((alive) => !alive), { withinMs: 15_000 });
    await eventually(() => [...first.held.folders, ...second.held.folders].every((each) => !existsSync(each)));
    await rm(folder, { recursive: true });
  }, 60_000);

  test("shared: two shares of one process are one server, with a database for each", async () => {
    await using one = await sharedPostgres();
    await using other = await sharedPostgres();
    expect(one.port).toBe(other.port);
    const [a, b] = await Promise.all([one.createDatabase(), other.createDatabase()]);
    expect(a).not.toBe(b);
    await one.close();
    await one.close();
    expect(await runSql(b, "SELECT 1")).toEqual([["1"]]);
  });

  test("shared: a template prepared by two at once is made once, and nothing of the other's draft stays", async () => {
    await using shared = await sharedPostgres();
    const name = `both-${process.pid}`;
    const template = {
      name,
      prepare: async (url: string) => void (await runSql(url, "CREATE TABLE t AS SELECT 7 AS id")),
    };
    // By another spelling of the address the second does not know of the first, as in another process.
    const addresses = [shared.url, `${shared.url}?other`];
    const urls = await Promise.all(addresses.map((address) => createDatabaseOn(address, { template })));
    for (const url of urls) expect(await runSql(url, "SELECT id FROM t")).toEqual([["7"]]);
    // Other tests prepare theirs on the same server.
    const digest = createHash("sha256").update(name).digest("hex").slice(0, 16);
    const drafts = `SELECT count(*) FROM pg_database WHERE datname ~ '^template_${digest}_'`;
    const left = await runSql(shared.url, drafts);
    expect(left).toEqual([["0"]]);
  });
});
