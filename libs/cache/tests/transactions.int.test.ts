import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createLink, eventually, type Link, redisAvailable } from "@skyport/testing";
import { Instance, type InstanceOptions } from "./support/instance.ts";
import { judge } from "./support/judge.ts";
import { Recorder } from "./support/recorder.ts";
import { type Servers, startServers } from "./support/servers.ts";
import { query } from "./support/table.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

suite("transactions of a real database", () => {
  let servers: Servers;
  let link: Link;
  /** Its database is behind the link. */
  let writer: Recorder;
  let reader: Recorder;
  const open = async (label: string, options: Partial<InstanceOptions> = {}) =>
    new Recorder(label, await Instance.open({ ...servers.addresses, ...options }));

  beforeAll(async () => {
    servers = await startServers();
    link = await createLink({ port: servers.postgresPort });
    const databaseUrl = link.through(servers.databaseUrl);
    [writer, reader] = await Promise.all([
      open("writer", { databaseUrl, transactionTimeoutMs: 500, intentTtlMs: 900 }),
      open("reader"),
    ]);
    // The first write of a namespace waits until it has settled: the writer's transactions have no time for that.
    await reader.put(["first"], "x");
  });
  afterAll(async () => {
    link.restore();
    await writer.instance.close();
    await reader.instance.close();
    await link.close();
    await servers[Symbol.asyncDispose]();
  });

  const read = async (key: string) => (await reader.read(key)).mark;
  const untilCached = (key: string) => eventually(() => reader.instance.isCached(key));
  const markInDatabase = async (key: string) =>
    (await query(servers.admin, `select mark from rows where id = '${key}'`))[0]?.["mark"];

  async function begin(key: string): Promise<void> {
    expect(await writer.put([key], "old")).toMatchObject({ outcome: "acknowledged" });
    await untilCached(key);
    reader.watch(key);
  }

  async function end(key: string): Promise<void> {
    await reader.unwatch(key);
    expect(judge(key, writer, reader)).toEqual([]);
  }

  /** Starts a write whose COMMIT the server carries out, and whose answer does not come. */
  async function unanswered(key: string, deadlineMs: number) {
    writer.instance.at = async (point) => {
      if (point === "update") link.blackhole("down");
    };
    const writing = writer.put([key], "new", { deadlineMs });
    await eventually(async () => (await markInDatabase(key)) === "new");
    writer.instance.at = async () => undefined;
    return writing;
  }

  /** New connections to the database go through again, those that are open are reset. */
  function reconnectable(): void {
    link.drop();
    link.restore();
  }

  test("a rollback changes nothing for anybody, and the row is cached again at once", async () => {
    await begin("rolled-back");
    const written = await writer.put(["rolled-back"], "never", { fail: true });
    expect(written).toMatchObject({ outcome: "refused", reason: "Error: the body of the write fails" });
    // The release goes on behind the answer, and waits for no intent to end.
    await eventually(async () => !(await servers.entries.get("rolled-back")).startsWith("W"), { withinMs: 500 });
    await untilCached("rolled-back");
    expect(await read("rolled-back")).toBe("old");
    await end("rolled-back");
  });

  test("a row that is deleted is gone for all, and one that is created after that is there for all", async () => {
    await begin("deleted");
    const { version } = await reader.read("deleted");
    expect(await writer.remove("deleted", version ?? 0n)).toBe(true);
    expect(await read("deleted")).toBeUndefined();
    await untilCached("deleted");
    expect(await read("deleted")).toBeUndefined();
    expect(await writer.put(["deleted"], "again")).toMatchObject({ outcome: "acknowledged" });
    expect(await read("deleted")).toBe("again");
    await untilCached("deleted");
    await end("deleted");
  });

  test("a COMMIT without an answer holds its intent for as long as that takes, then counts", async () => {
    await begin("doubtful");
    const writing = unanswered("doubtful", 15_000);
    await eventually(async () => (await servers.entries.get("doubtful")).startsWith("W"));
    const first = await servers.entries.deadline("doubtful");
    await eventually(async () => (await markInDatabase("doubtful")) === "new");
    expect(await read("doubtful")).toBe("new");
    // Renewed twice at least: its first deadline is long over, and still nobody may cache the row.
    await eventually(async () => (await servers.entries.deadline("doubtful")) > first + 900);
    await servers.entries.untilPast(first);
    expect(await reader.instance.isCached("doubtful")).toBe(false);
    reconnectable();
    expect(await writing).toMatchObject({ outcome: "acknowledged" });
    expect(await read("doubtful")).toBe("new");
    await untilCached("doubtful");
    await end("doubtful");
  });

  test("a COMMIT whose outcome is not known by the deadline is told so, and released when it is", async () => {
    await begin("unknown");
    expect(await unanswered("unknown", 400)).toMatchObject({ outcome: "unknown", reason: "DATABASE_UNAVAILABLE" });
    expect(await read("unknown")).toBe("new");
    expect(await reader.instance.isCached("unknown")).toBe(false);
    reconnectable();
    await untilCached("unknown");
    expect(await servers.entries.get("unknown")).toMatch(/new$/);
    await end("unknown");
  });
});
