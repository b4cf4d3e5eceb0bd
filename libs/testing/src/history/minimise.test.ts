import { expect, test } from "@jest/globals";
import { HistoryChecker } from "./checker.ts";
import { minimise } from "./minimise.ts";
import type { Operation } from "./operation.ts";
import { put, read, readNothing, remove } from "./testkit/operations.ts";
import type { Violation } from "./verdict.ts";

function first(rounds: readonly (readonly Operation[])[]): Violation {
  const checker = new HistoryChecker();
  const found = rounds.flatMap((operations) => {
    for (const operation of operations) checker.add(operation);
    return checker.check().violations;
  });
  if (found[0] === undefined) throw new Error("no violation");
  return found[0];
}

const one = put("one", 1, 0, 10);
const two = put("two", 2, 20, 30);
const noise = Array.from({ length: 200 }, (_, index) => [
  { ...put(`n${index}`, index + 1, index, index + 1), key: "other" },
  read("one", 1, 11 + index / 100, 15 + index / 100),
]).flat();

test("keeps what is needed and nothing else, in order", () => {
  const stale = read("one", 1, 40, 50);
  const operations = [stale, two, ...noise, read("two", 2, 41, 42), one];
  expect(minimise(operations, first([operations]))).toEqual([one, two, stale]);
});

test("a read that nobody's write explains stands alone", () => {
  const phantom = read("nobody", 7, 40, 50);
  expect(minimise([one, two, ...noise, phantom], first([[one, two, ...noise, phantom]]))).toEqual([phantom]);
});

test("finds what an earlier round held", () => {
  const stale = read("one", 1, 40, 50);
  expect(minimise([stale], first([[one, two], noise, [stale]]))).toEqual([one, two, stale]);
});

test("finds a chain that the evidence alone does not show", () => {
  const chain = [
    put("one", 1, 0),
    remove("gone", 1, 2),
    read("one", 1, 3, 4),
    readNothing(5, 6),
    put("two", 2, 2),
    remove("again", 2, 2),
    readNothing(7, 8),
    read("one", 1, 9, 10),
  ];
  const violation = first([chain]);
  const few = minimise([...noise, ...chain], violation);
  expect(few.length).toBeLessThan(chain.length);
  for (const left of few) {
    const checker = new HistoryChecker();
    for (const operation of few) if (operation !== left) checker.add(operation);
    const { violations } = checker.check();
    expect(
      violations.some(
        (each) => each.read === violation.read && each.because === violation.because && each.kind === violation.kind,
      ),
    ).toBe(false);
  }
});
