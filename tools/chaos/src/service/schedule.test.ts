import { expect, test } from "@jest/globals";
import type { FaultKind } from "../faults/fault.ts";
import { FAULTS } from "../faults/index.ts";
import { Random } from "../worker/random.ts";
import { Schedule } from "./schedule.ts";

function names(rounds: number, seed: number): string[][] {
  const schedule = new Schedule(FAULTS, new Random(seed));
  return Array.from({ length: rounds }, () => schedule.next().map((kind) => kind.name));
}

test("every kind of fault comes equally often", () => {
  const drawn = names(10 * FAULTS.length, 1)
    .flat()
    .slice(0, 5 * FAULTS.length);
  for (const { name } of FAULTS) expect(drawn.filter((each) => each === name)).toHaveLength(5);
});

test("one or two at a time, but alone what has to be", () => {
  const rounds = names(200, 2);
  expect(new Set(rounds.map((round) => round.length))).toEqual(new Set([1, 2]));
  const alone = new Set(FAULTS.filter((kind: FaultKind) => kind.alone).map((kind) => kind.name));
  for (const round of rounds.filter(({ length }) => length > 1)) {
    expect(round.filter((name) => alone.has(name))).toEqual([]);
  }
});

test("the seed decides", () => {
  expect(names(50, 3)).toEqual(names(50, 3));
  expect(names(50, 3)).not.toEqual(names(50, 4));
});

test("names are unique", () => {
  expect(new Set(FAULTS.map((kind) => kind.name)).size).toBe(FAULTS.length);
});
