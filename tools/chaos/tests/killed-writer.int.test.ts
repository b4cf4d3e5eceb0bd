import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { HistoryChecker, redisAvailable, seed } from "@skyport/testing";
import { Arena } from "../src/compare/arena.ts";
import { afterKilledWriters } from "../src/compare/killed-writer.ts";
import { startWorkers } from "./support/hunt.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

suite("a writer killed by SIGKILL between its COMMIT and what it would do to the cache", () => {
  const from = seed();
  let arena: Arena;

  beforeAll(async () => {
    arena = await Arena.open();
  });
  afterAll(() => arena?.[Symbol.asyncDispose]());

  test("leaves a key stale that it would have deleted", async () => {
    const { subject, workers } = await startWorkers(arena, "delete-after-commit", from);
    await using _ = workers;
    const after = await afterKilledWriters(workers, new HistoryChecker(), subject.databaseUrl, 1);
    expect(after.reads).toBeGreaterThan(0);
    // Its TTL is a minute.
    expect(after.backward).toBe(after.reads);
  });

  test("leaves nothing stale with ours: the key is read past the cache, and cached again once the intent has ended", async () => {
    const { subject, workers } = await startWorkers(arena, "skyport", from);
    await using _ = workers;
    const checker = new HistoryChecker();
    const after = await afterKilledWriters(workers, checker, subject.databaseUrl, 1);
    expect(after.reads).toBeGreaterThan(0);
    expect(after.backward).toBe(0);
    const readers = { hotKeys: ["killed-1"], readers: 1, writers: 0 };
    const later = await workers.run(readers, ({ counts }) => (counts["hit"] ?? 0) > 0);
    expect(later.total.counts["writing"]).toBeGreaterThan(0);
    for (const operation of later.operations) checker.add(operation);
    expect(checker.check().violations).toEqual([]);
  });
});
