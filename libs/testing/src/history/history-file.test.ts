import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { HistoryChecker } from "./checker.ts";
import { writeHistory } from "./history-file.ts";
import { readJournal } from "./journal-reader.ts";
import { KEY, put, read, readNothing } from "./testkit/operations.ts";

const folder = mkdtempSync(join(tmpdir(), "history-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a history that was written can be read by people and be checked again", () => {
  const checker = new HistoryChecker();
  checker.initial(KEY, { version: 1n, mark: "old" });
  const unknown = put("three", undefined, 35);
  const operations = [
    put("two", 2, 20, 30, { process: "w1" }),
    read("old", 1, 40, 50, "r1"),
    readNothing(31, 32, "r1"),
    unknown,
    put("three", undefined, 35, 80, { outcome: "refused" }),
    { ...put("elsewhere", 1, 0, 1), key: "another" },
  ];
  for (const operation of operations) checker.add(operation);
  const { violations } = checker.check();
  const file = join(folder, "made", "history.txt");
  writeHistory(file, { heading: ["SEED=7"], violations, operations, maxDrawn: 1 });

  const text = readFileSync(file, "utf8");
  expect(text).toContain("# SEED=7\n#\n# PHANTOM k: r1 read no row");
  expect(text).toContain("# and 1 more violations\n");
  expect(text).not.toContain("elsewhere");
  const again = new HistoryChecker();
  for (const operation of readJournal(file)) again.add(operation);
  expect(again.check().violations.map((each) => each.text)).toEqual(violations.map((each) => each.text));
});
