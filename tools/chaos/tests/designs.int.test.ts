import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { HistoryChecker, minimise, readJournal, redisAvailable, seed, writeHistory } from "@skyport/testing";
import type { DesignName } from "../src/designs/description.ts";
import { Fleet } from "./support/fleet.ts";
import { type Hunt, hunt } from "./support/hunt.ts";

/** Reads after which a design counts as never caught; the first wrong one comes within some thousands. */
const NEVER = 3_000_000;
/** Reads, reads from the cache and writes without which our own innocence would mean little. */
const ENOUGH = { reads: 10_000, hits: 3_000, writes: 300 };

const NAIVE: readonly DesignName[] = [
  "delete-after-commit",
  "delete-before-and-after",
  "set-after-commit",
  "single-flight",
  "skyport-single-flight",
];

const suite = (await redisAvailable()) ? describe : describe.skip;

suite("designs over several processes, under one load and one checker", () => {
  const from = seed();
  let fleet: Fleet;
  let folder: string;
  /** How many reads it took to find the first wrong one of each naive design. */
  const caughtAfter: number[] = [];

  beforeAll(async () => {
    fleet = await Fleet.open(3, from);
    folder = await mkdtemp(join(tmpdir(), "skyport-histories-"));
  }, 60_000);
  afterAll(async () => {
    await fleet?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(NAIVE)(
    "%s is caught, and its history can be read",
    async (design) => {
      const caught = await hunt(fleet, design, ({ reads }) => reads >= NEVER);
      caughtAfter.push(caught.reads);
      expect(caught.violations).not.toHaveLength(0);
      await expectReadable(caught, join(folder, `${design}.txt`));
    },
    120_000,
  );

  test("ours is not, in as many reads", async () => {
    const reads = Math.max(ENOUGH.reads, ...caughtAfter);
    const enough = (done: Pick<Hunt, "reads" | "hits" | "writes">): boolean =>
      done.reads >= reads && done.hits >= ENOUGH.hits && done.writes >= ENOUGH.writes;
    const ours = await hunt(fleet, "skyport", enough);
    console.log(
      `ours: ${ours.reads} checked reads, ${ours.hits} lookups that hit, ${ours.writes} writes, 0 violations`,
    );
    expect(ours.violations).toEqual([]);
    expect(ours.errors).toEqual({});
  }, 120_000);

  /** The file draws the first violations with what shows them and no more, and a checker that reads it finds them again. */
  async function expectReadable({ violations, operations }: Hunt, file: string): Promise<void> {
    const [violation] = violations;
    if (violation === undefined) throw new Error("no violation");
    const few = minimise(operations, violation);
    expect(few.length).toBeLessThanOrEqual(6);
    expect(few).toContain(violation.read);

    writeHistory(file, { heading: [`SEED=${from}`], violations, operations, maxDrawn: 3 });
    const text = await readFile(file, "utf8");
    expect(text).toContain(violation.text);
    expect(text).toContain(`<-- ${violation.kind}`);
    const again = new HistoryChecker();
    for (const operation of readJournal(file)) again.add(operation);
    expect(again.check().violations.map(({ kind }) => kind)).toContain(violation.kind);
  }
});
