import { describe, expect, test } from "@jest/globals";
import { HistoryChecker } from "./checker.ts";
import type { Operation } from "./operation.ts";
import { faults, put, read, readNothing, remove } from "./testkit/operations.ts";

/** The violations of each round. */
function rounds(...operations: readonly (readonly Operation[])[]): readonly (readonly string[])[] {
  const checker = new HistoryChecker();
  return operations.map((round) => faults(round, checker));
}

const one = put("one", 1, 0, 10);
const two = put("two", 2, 20, 30);
const quiet = (from: number): readonly Operation[] => [read("two", 2, from, from + 1)];

describe("from round to round", () => {
  test("an acknowledged write holds", () => {
    expect(rounds([one, two], [], [read("one", 1, 40, 50)])).toEqual([[], [], ["STALE one@40 < two"]]);
  });

  test("a read holds", () => {
    expect(rounds([one, put("two", 2, 20), read("two", 2, 40, 50)], [read("one", 1, 60, 70)])).toEqual([
      [],
      ["BACKWARD one@60 < two@40"],
    ]);
  });

  test("marks, versions and absences hold over many rounds", () => {
    const between = [quiet(40), quiet(50), quiet(60), quiet(70)];
    const [first, ...others] = rounds(
      [one, two, put("no", 3, 31, 32, { outcome: "refused" }), put("maybe", undefined, 33)],
      ...between,
      [read("two", 1, 80, 81), read("no", 4, 80, 81), read("one", 1, 80, 81), read("maybe", 4, 80, 82)],
    );
    expect(first).toEqual([]);
    expect(others.at(-1)).toEqual([
      "CORRUPT two@80 < two",
      "GHOST no@80 < no",
      "STALE one@80 < two",
      "BACKWARD one@80 < two@40",
    ]);
    expect(
      rounds([one, remove("maybe", 1, 20)], [read("one", 1, 30, 31)], [readNothing(40, 41)], [read("one", 1, 50, 51)]),
    ).toEqual([[], [], [], ["BACKWARD one@50 < nothing@40"]]);
  });

  test("a read that lasted over a check is judged by what was known when it started", () => {
    expect(rounds([one, two, read("two", 2, 40, 41)], [read("one", 1, 25, 99), ...quiet(98)])).toEqual([[], []]);
    expect(rounds([one, two, put("three", 3, 35, 40)], [read("one", 1, 32, 99)])).toEqual([[], ["STALE one@32 < two"]]);
  });

  test("a read that lasted over many checks brings no false alarm", () => {
    const third = put("three", 3, 65, 66);
    const late = [read("one", 1, 25, 99), readNothing(5, 99)];
    expect(rounds([one, two], quiet(40), quiet(50), [third], [read("three", 3, 67, 68)], late)).toEqual([
      [],
      [],
      [],
      [],
      [],
      [],
    ]);
  });

  test("what ended long ago and comes late counts for those after it", () => {
    const late = put("two", 2, 20, 30);
    expect(rounds([one, put("three", 3, 50, 60)], [late, read("one", 1, 35, 70)])).toEqual([
      [],
      ["STALE one@35 < two"],
    ]);
    expect(rounds([one, put("three", 3, 50, 60)], [late, read("two", 2, 35, 70)])).toEqual([[], []]);
  });
});

describe("a write whose outcome comes later", () => {
  const unknown = put("two", undefined, 20);
  test("acknowledged: is a floor from then on", () => {
    const told = put("two", 2, 20, 60);
    expect(
      rounds([one, unknown, read("one", 1, 50, 51)], [told, read("one", 1, 55, 58), read("one", 1, 61, 62)]),
    ).toEqual([[], ["STALE one@61 < two"]]);
  });

  test("refused: whoever saw it saw a GHOST", () => {
    const told = put("two", undefined, 20, 60, { outcome: "refused" });
    expect(rounds([one, unknown, read("two", 2, 50, 51)], [told])).toEqual([[], ["GHOST two@50 < two"]]);
    expect(rounds([one, unknown], [told, read("one", 1, 61, 62)])).toEqual([[], []]);
  });

  test("of a version other than the one that was read: that read was CORRUPT", () => {
    expect(rounds([one, unknown, read("two", 2, 50, 51)], [put("two", 3, 20, 60)])).toEqual([
      [],
      ["CORRUPT two@50 < two"],
    ]);
    expect(rounds([one, unknown, read("two", 2, 50, 51)], [put("three", 2, 55, 60)])).toEqual([
      [],
      ["CORRUPT two@50 < three"],
    ]);
  });

  test("a removal that was refused made nothing absent", () => {
    const maybe = remove("gone", 1, 20);
    const told = remove("gone", 1, 20, 60, { outcome: "refused" });
    expect(rounds([one, maybe], [told, readNothing(61, 62)])).toEqual([[], ["STALE nothing@61 < one"]]);
    const twice = remove("again", 1, 21);
    expect(rounds([one, maybe, twice], [told, readNothing(61, 62)])).toEqual([[], []]);
  });

  test("is told once; a repetition says nothing new, a contradiction is refused", () => {
    const told = put("two", 2, 20, 60);
    expect(rounds([one, told, unknown, told], [unknown, read("one", 1, 61, 62)])).toEqual([[], ["STALE one@61 < two"]]);
    const refused = put("two", undefined, 20, 60, { outcome: "refused" });
    expect(() => rounds([told], [refused])).toThrow("two writes of k have the mark two");
    expect(() => rounds([told], [put("two", 2, 21, 60)])).toThrow(TypeError);
  });
});
