import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { HistoryChecker, redisAvailable, seed } from "@skyport/testing";
import { insertRows } from "../src/designs/schema.ts";
import type { RoundResult, Workers } from "../src/worker/workers.ts";
import { Fleet } from "./support/fleet.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

suite("hot keys over four processes", () => {
  const PROCESSES = 4;
  const from = seed();
  const checker = new HistoryChecker();
  const cold = ["cold-1", "cold-2", "cold-3"];
  let fleet: Fleet;
  let workers: Workers;

  beforeAll(async () => {
    fleet = await Fleet.open(PROCESSES, from);
    const subject = await fleet.describe("skyport");
    workers = await fleet.drive(subject);
    // Rows that no cache has heard of.
    for (const [key, seen] of await insertRows(subject.databaseUrl, cold)) checker.initial(key, seen);
    await workers.run({ hotKeys: ["warm"], readers: 1, writers: 1 }, ({ counts }) => (counts["hit"] ?? 0) > 10);
  }, 60_000);
  afterAll(() => fleet?.[Symbol.asyncDispose]());

  function expectCorrect({ operations }: RoundResult): void {
    for (const operation of operations) checker.add(operation);
    expect(checker.check().violations).toEqual([]);
  }

  test.each(cold)("4,000 concurrent gets of %s cost at most one database read a process", async (key) => {
    const result = await workers.burst(key, 4_000 / PROCESSES);
    const loads = result.reports.map(({ counts }) => counts["load"] ?? 0);
    const longest = Math.max(...result.reports.map(({ longestReadMs }) => longestReadMs));
    console.log(
      `4,000 gets of a cold key: ${loads.join(" + ")} database reads, all answered in ${longest.toFixed(0)} ms`,
    );
    expect(result.total.reads).toBe(4_000);
    expect(Math.max(...loads)).toBe(1);
    expect(result.total.failed).toBe(0);
    expectCorrect(result);
  });

  test("a key under constant writes starves no reader", async () => {
    const load = { hotKeys: ["busy"], readers: 8, writers: 2, batchShare: 0.1, removeShare: 0.1, writePauseMs: 0 };
    const enough = 100;
    const result = await workers.run(load, ({ reads, acknowledged }) => reads >= 4_000 && acknowledged >= enough);
    const longest = Math.max(...result.reports.map(({ longestReadMs }) => longestReadMs));
    const { reads, acknowledged, counts } = result.total;
    console.log(
      `a key under constant writes: ${reads} gets beside ${acknowledged} writes, ${counts["writing"]} lookups met a write, ` +
        `the longest get took ${longest.toFixed(0)} ms`,
    );
    for (const report of result.reports) {
      expect(report.reads).toBeGreaterThan(0);
      expect({ hung: report.hung, errors: report.errors }).toEqual({ hung: 0, errors: {} });
    }
    expectCorrect(result);
  }, 60_000);
});
