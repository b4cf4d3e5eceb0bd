import { expect, test } from "@jest/globals";
import { HistoryChecker } from "./checker.ts";
import { render } from "./render.ts";
import { put, read, remove } from "./testkit/operations.ts";

test("is a timeline for people", () => {
  const operations = [
    put("one", 1, 1_000, 1_001.5, { process: "w1" }),
    put("two", 2, 1_001, 1_004, { process: "w2" }),
    remove("gone", 2, 1_003, undefined, { process: "w1" }),
    read("one", 1, 1_004.25, 1_005, "r1"),
  ];
  const checker = new HistoryChecker();
  for (const operation of operations) checker.add(operation);
  const [violation] = checker.check().violations;
  expect(render(operations, violation)).toBe(
    [
      "STALE k: r1 read version 1 (one), 0.250 ms after w2 had put version 2 (two), acknowledged",
      "",
      "start    end           process  key",
      "0.000  1.500  |-|      w1       k    put version 1 (one), acknowledged",
      "1.000  4.000   |--|    w2       k    put version 2 (two), acknowledged   <-- because of this",
      "3.000      ?     |-->  w1       k    remove version 2 (gone), unknown",
      "4.250  5.000       ||  r1       k    read version 1 (one)   <-- STALE",
    ].join("\n"),
  );
});

test("a row that was there before has no times, and many operations have no bars", () => {
  const always = Number.NEGATIVE_INFINITY;
  expect(render([put("old", 1, always, always), read("old", 1, 7, 8)]).split("\n")[1]).toBe(
    "before  before  |    writer   k    put version 1 (old), acknowledged",
  );
  const many = Array.from({ length: 100 }, (_, index) => read("old", 1, index, index + 0.5));
  expect(render(many)).not.toContain("|");
});

test.each([
  [
    [put("two", 2, 20, 30), read("two", 2, 10, 15)],
    "PHANTOM k: reader read version 2 (two), 5.000 ms before writer began to put version 2 (two), acknowledged",
  ],
  [[read("x", 2, 10, 15)], "PHANTOM k: reader read version 2 (x), which no write made"],
  [
    [put("no", undefined, 0, 12, { outcome: "refused" }), read("no", 2, 10, 15)],
    "GHOST k: reader read version 2 (no), against writer's put (no), refused",
  ],
] as const)("the violation's own line: %#", (operations, line) => {
  const checker = new HistoryChecker();
  for (const operation of operations) checker.add(operation);
  expect(checker.check().violations.map(({ text }) => text)).toEqual([line]);
});
