import { describe, expect, test } from "@jest/globals";
import { HistoryChecker } from "./checker.ts";
import type { Operation } from "./operation.ts";
import { faults, KEY, NO_ROW, put, read, readNothing, remove } from "./testkit/operations.ts";

type Case = readonly [name: string, operations: readonly Operation[], expected: readonly string[]];

const one = put("one", 1, 0, 10);
const two = put("two", 2, 20, 30);

describe("values", () => {
  test.each<Case>([
    ["the newest value is right", [one, two, read("two", 2, 40, 50)], []],
    [
      "one that was surpassed by an acknowledged write is STALE",
      [one, two, read("one", 1, 31, 50)],
      ["STALE one@31 < two"],
    ],
    [
      "so it is for the newest write, whatever the order of the ends",
      [one, put("three", 3, 15, 20), put("two", 2, 15, 25), read("two", 2, 31, 40)],
      ["STALE two@31 < three"],
    ],
    [
      "a read that started before the acknowledgement may still see the old value",
      [one, two, read("one", 1, 29, 99)],
      [],
    ],
    ["at the same moment too: which came first cannot be known", [one, two, read("one", 1, 30, 99)], []],
    ["a value may be seen before its write is acknowledged", [one, two, read("two", 2, 20, 21)], []],
    [
      "going back behind another read is BACKWARD",
      [one, put("two", 2, 20, 90), read("two", 2, 30, 40), read("one", 1, 41, 50)],
      ["BACKWARD one@41 < two@30"],
    ],
    ["reads that overlap may differ", [one, put("two", 2, 20, 90), read("two", 2, 30, 40), read("one", 1, 40, 50)], []],
    [
      "a read can be STALE and BACKWARD",
      [one, two, read("two", 2, 32, 35), read("one", 1, 40, 50)],
      ["STALE one@40 < two", "BACKWARD one@40 < two@32"],
    ],
    [
      "a stale read is no floor for others",
      [one, two, put("three", 3, 0, 5), read("two", 2, 40, 50), read("three", 3, 60, 70)],
      ["STALE two@40 < three"],
    ],
    [
      "but one that is older still goes back behind it too",
      [put("one", 1, 0, 99), two, put("three", 3, 0, 5), read("two", 2, 40, 50), read("one", 1, 60, 70)],
      ["STALE two@40 < three", "STALE one@60 < three", "BACKWARD one@60 < two@40"],
    ],
    ["a value before its write is a PHANTOM", [one, read("two", 2, 12, 19), two], ["PHANTOM two@12 < two"]],
    ["but not at the moment at which it starts", [one, read("two", 2, 12, 20), two], []],
    ["a value that nobody wrote is a PHANTOM", [one, read("nobody", 9, 12, 19)], ["PHANTOM nobody@12"]],
    ["and so is the mark of a removal", [one, remove("gone", 1, 12, 14), read("gone", 2, 15, 19)], ["PHANTOM gone@15"]],
    ["a version with another's content is CORRUPT", [one, two, read("one", 2, 40, 50)], ["CORRUPT one@40 < one"]],
    [
      "two contents of one version are CORRUPT",
      [one, put("other", undefined, 12), read("other", 1, 20, 30)],
      ["CORRUPT other@20 < one"],
    ],
    [
      "what a phantom showed is no floor",
      [one, read("nobody", 9, 12, 19), read("one", 1, 20, 22)],
      ["PHANTOM nobody@12"],
    ],
  ])("%s", (_, operations, expected) => {
    expect(faults(operations)).toEqual(expected);
    expect(faults(operations.toReversed())).toEqual(expected);
  });
});

describe("writes that were not acknowledged", () => {
  const refused = put("no", undefined, 20, 30, { outcome: "refused" });
  const committed = put("two", 2, 20, 30, { outcome: "committed" });
  const unknown = put("two", undefined, 20);
  test.each<Case>([
    ["a refused write that is never seen is right", [one, refused, read("one", 1, 40, 50)], []],
    ["a refused write that is seen is a GHOST", [one, refused, read("no", 2, 40, 50)], ["GHOST no@40 < no"]],
    ["committed: need not be seen", [one, committed, read("one", 1, 40, 50)], []],
    [
      "committed: may be seen, and then nothing older any more",
      [one, committed, read("two", 2, 40, 50), read("one", 1, 51, 60)],
      ["BACKWARD one@51 < two@40"],
    ],
    ["unknown: may never appear", [one, unknown, read("one", 1, 40, 50), read("one", 1, 1_000, 1_001)], []],
    [
      "unknown: may appear late, and then nothing older any more",
      [one, unknown, read("one", 1, 40, 50), read("two", 2, 900, 910), read("one", 1, 911, 912)],
      ["BACKWARD one@911 < two@900"],
    ],
    ["unknown: not before it started", [one, unknown, read("two", 2, 12, 19)], ["PHANTOM two@12 < two"]],
    [
      "unknown: gets its version from the first read",
      [one, unknown, read("two", 2, 40, 50), put("three", 3, 52, 55), read("two", 2, 56, 57)],
      ["STALE two@56 < three"],
    ],
    [
      "unknown: and no second version",
      [one, unknown, read("two", 2, 40, 50), read("two", 3, 60, 70)],
      ["CORRUPT two@60 < two@40"],
    ],
    [
      "unknown: a version that was perhaps rolled back may go to another write",
      [one, put("two", 2, 20, undefined), put("again", 2, 40, 50), read("again", 2, 60, 70)],
      [],
    ],
    [
      "acknowledged without its version: counts once a read tells it",
      [one, put("two", undefined, 20, 30), read("two", 2, 31, 90), read("one", 1, 40, 95)],
      ["STALE one@40 < two"],
    ],
  ])("%s", (_, operations, expected) => {
    expect(faults(operations)).toEqual(expected);
  });
});

describe("absence", () => {
  const gone = remove("gone", 1, 20, 30);
  const maybe = remove("maybe", 1, 20);
  test.each<Case>([
    ["before the first create it is right", [readNothing(0, 5), put("one", 1, 4, 10)], []],
    ["after an acknowledged create it is STALE", [one, readNothing(11, 12)], ["STALE nothing@11 < one"]],
    ["after version 0 too", [put("zero", 0, 0, 10), readNothing(11, 12)], ["STALE nothing@11 < zero"]],
    [
      "a removal that starts later does not hide one that is under way",
      [one, gone, put("two", 2, 40, 50), remove("more", 2, 60), readNothing(21, 22)],
      [],
    ],
    [
      "after a read that saw the row it is BACKWARD",
      [put("one", 1, 0, 90), read("one", 1, 10, 20), readNothing(21, 22)],
      ["BACKWARD nothing@21 < one@10"],
    ],
    ["a removal that is under way is enough for it", [one, gone, readNothing(15, 20)], []],
    ["one that starts later is not", [one, gone, readNothing(15, 19)], ["STALE nothing@15 < one"]],
    ["the row after its acknowledged removal is STALE", [one, gone, read("one", 1, 31, 40)], ["STALE one@31 < gone"]],
    [
      "the row after a read that found none is BACKWARD",
      [one, maybe, readNothing(32, 33), read("one", 1, 34, 40)],
      ["BACKWARD one@34 < nothing@32"],
    ],
    ["an unknown removal may happen or not", [one, maybe, read("one", 1, 31, 40), readNothing(50, 60)], []],
    [
      "a refused one must not",
      [one, remove("no", 1, 20, 30, { outcome: "refused" }), readNothing(50, 60)],
      ["STALE nothing@50 < one"],
    ],
    [
      "a committed one may be unseen, and then seen",
      [one, remove("c", 1, 20, 30, { outcome: "committed" }), read("one", 1, 31, 32), readNothing(33, 34)],
      [],
    ],
    ["the row is created again", [one, gone, put("two", 2, 40, 50), read("two", 2, 55, 60)], []],
    [
      "absence after that is STALE",
      [one, gone, put("two", 2, 40, 50), readNothing(55, 60)],
      ["STALE nothing@55 < two"],
    ],
    [
      "the removed row after that is STALE",
      [one, gone, put("two", 2, 40, 50), read("one", 1, 55, 60)],
      ["STALE one@55 < two"],
    ],
    [
      "removed twice, the second time without a word",
      [one, gone, put("two", 2, 40, 50), remove("maybe", 2, 52), readNothing(55, 60)],
      [],
    ],
    [
      "an absence that can be the earlier one is taken for it",
      [one, gone, put("two", 2, 25, 90), remove("x", 2, 26), readNothing(40, 41), read("two", 2, 42, 43)],
      [],
    ],
    [
      "but not when a read before it had seen the second row",
      [
        one,
        gone,
        put("two", 2, 32, 90),
        remove("x", 2, 33),
        read("two", 2, 34, 35),
        readNothing(40, 41),
        read("two", 2, 42, 43),
      ],
      ["BACKWARD two@42 < nothing@40"],
    ],
  ])("%s", (_, operations, expected) => {
    expect(faults(operations)).toEqual(expected);
    expect(faults(operations.toReversed())).toEqual(expected);
  });

  test("of a row that was there before the history is a PHANTOM until a removal starts", () => {
    const checker = new HistoryChecker();
    checker.initial(KEY, { version: 1n, mark: "old" });
    expect(faults([read("old", 1, 0, 1), readNothing(2, 3), remove("gone", 1, 4)], checker)).toEqual([
      "PHANTOM nothing@2 < old",
    ]);
    expect(faults([readNothing(5, 6)], checker)).toEqual([]);
  });

  test("what is declared is not counted", () => {
    const checker = new HistoryChecker();
    checker.initial(KEY, { version: 1n, mark: "old" });
    expect(checker.check()).toMatchObject({ reads: 0, writes: 0, unknownWrites: 0 });
  });

  test("of a row that is declared as not there is right", () => {
    const checker = new HistoryChecker();
    checker.initial(KEY, NO_ROW);
    expect(faults([readNothing(0, 1)], checker)).toEqual([]);
  });
});

describe("the checker", () => {
  test("keeps keys apart", () => {
    const other = (operation: Operation): Operation => ({ ...operation, key: "other" });
    expect(faults([one, two, other(one), other(read("one", 1, 40, 50)), other(readNothing(0, 1))])).toEqual([]);
  });

  test("counts what it was given, and all violations, but lists only so many", () => {
    const checker = new HistoryChecker({ maxViolations: 2 });
    const stale = Array.from({ length: 5 }, (_, index) => read("one", 1, 40 + index, 60));
    const told = [put("two", undefined, 20), two, put("three", undefined, 35)];
    for (const operation of [one, ...told, ...stale]) checker.add(operation);
    const verdict = checker.check();
    expect(verdict).toMatchObject({ reads: 5, writes: 3, unknownWrites: 1, counts: { STALE: 5, BACKWARD: 0 } });
    expect(verdict.violations).toHaveLength(2);
    expect(checker.check()).toMatchObject({ reads: 0, writes: 0, unknownWrites: 0, violations: [] });
  });

  test.each<readonly [string, Operation]>([
    ["an end before its start", read("one", 1, 5, 4)],
    ["no time", read("one", 1, Number.NaN, 4)],
    ["an acknowledgement without its time", put("x", 1, 0, undefined, { outcome: "acknowledged" })],
    ["a write without a mark", put("", 1, 0, 1)],
    ["a remove of any version", { ...put("x", undefined, 0, 1), kind: "remove" }],
    ["a mark of no row", { ...readNothing(0, 1), seen: { version: undefined, mark: "x" } }],
    ["a second write of the same mark", put("one", 2, 3, 4)],
  ])("takes no %s", (_, operation) => {
    const checker = new HistoryChecker();
    checker.add(one);
    expect(() => checker.add(operation)).toThrow(TypeError);
  });

  test("takes no initial row without a mark", () => {
    expect(() => new HistoryChecker().initial(KEY, { version: 1n, mark: undefined })).toThrow(TypeError);
  });
});
