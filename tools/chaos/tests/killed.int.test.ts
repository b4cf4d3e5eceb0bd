import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { HistoryChecker, isGone, redisAvailable, seed, signal } from "@skyport/testing";
import { afterKilledWriters } from "../src/compare/killed-writer.ts";
import { Fleet } from "./support/fleet.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

suite("SIGKILL", () => {
  const from = seed();
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.open(2, from);
  }, 60_000);
  afterAll(() => fleet?.[Symbol.asyncDispose]());

  test("between a writer's COMMIT and its deletion of the key leaves the key stale", async () => {
    const subject = await fleet.describe("delete-after-commit");
    const workers = await fleet.drive(subject);
    const after = await afterKilledWriters(workers, new HistoryChecker(), subject.databaseUrl, 1);
    expect(after.reads).toBeGreaterThan(0);
    // Its TTL is a minute.
    expect(after.backward).toBe(after.reads);
  }, 60_000);

  test("at the same place leaves nothing stale with ours: it is read past the cache until the intent ends", async () => {
    const subject = await fleet.describe("skyport");
    const workers = await fleet.drive(subject);
    const checker = new HistoryChecker();
    const after = await afterKilledWriters(workers, checker, subject.databaseUrl, 1);
    expect(after.reads).toBeGreaterThan(0);
    expect(after.backward).toBe(0);
    expect(after.loads).toBeGreaterThan(0);
    const readers = { hotKeys: ["killed-1"], readers: 1, writers: 0, readPauseMs: 20 };
    const later = await workers.run(readers, ({ counts }) => (counts["hit"] ?? 0) > 0);
    for (const operation of later.operations) checker.add(operation);
    expect(checker.check().violations).toEqual([]);
  }, 60_000);

  test("of the parent ends the working processes", async () => {
    const program = fileURLToPath(new URL("./programs/parent.ts", import.meta.url));
    // Nobody is left to remove its journals.
    const folder = await mkdtemp(join(tmpdir(), "skyport-chaos-parent-"));
    const env = { ...process.env, NODE_OPTIONS: "", TMPDIR: folder };
    const parent = fork(program, [], { execArgv: [], env });
    let pids: readonly number[] = [];
    try {
      parent.send(await fleet.describe("skyport"));
      [pids] = await once(parent, "message");
      expect(pids).toEqual([expect.any(Number), expect.any(Number)]);
      parent.kill("SIGKILL");
      for (const pid of pids) expect(await isGone(pid, 15_000)).toBe(true);
    } finally {
      parent.kill("SIGKILL");
      for (const pid of pids) signal(pid, "SIGKILL");
      await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
