import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "@jest/globals";
import { HistoryChecker, readJournal } from "../src/index.ts";

const folder = await mkdtemp(join(tmpdir(), "journal-"));
afterAll(() => rm(folder, { recursive: true }));

const program = fileURLToPath(new URL("./programs/keep-journal.ts", import.meta.url));

/** Kills the program once it has told this many acknowledgements; the number that it told in all. */
async function killAfter(count: number, file: string): Promise<number> {
  const child = spawn(process.execPath, [program, file], { stdio: ["ignore", "pipe", "inherit"] });
  let told = "";
  child.stdout.on("data", (chunk) => {
    told += String(chunk);
    if (told.split("\n").length > count) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "close");
  expect(signal).toBe("SIGKILL");
  return told.split("\n").length - 1;
}

test.each([1, 100, 3_000])(
  "a process that is killed after %i writes leaves each acknowledged one in its journal",
  async (count) => {
    const file = join(folder, `after-${count}`);
    const told = await killAfter(count, file);
    const operations = readJournal(file);
    const acknowledged = operations.filter((each) => each.kind === "put" && each.outcome === "acknowledged");
    expect(told).toBeGreaterThanOrEqual(count);
    // The last one may have been recorded without having been told any more.
    expect([told, told + 1]).toContain(acknowledged.length);
    expect(acknowledged.map((each) => each.kind === "put" && each.version)).toEqual(
      acknowledged.map((_, index) => BigInt(index + 1)),
    );
    expect(operations.filter((each) => each.kind === "put").length - acknowledged.length).toBeLessThanOrEqual(1);

    const checker = new HistoryChecker();
    for (const operation of operations) checker.add(operation);
    expect(checker.check().violations).toEqual([]);
  },
);
