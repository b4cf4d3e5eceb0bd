import { expect, test } from "@jest/globals";
import { Floor } from "./floor.ts";
import { put } from "./testkit/operations.ts";

const by = put("w", 1, 0, 1);

function floorOf(...steps: readonly (readonly [at: number, position: bigint])[]): Floor {
  const floor = new Floor();
  for (const [at, position] of steps) floor.raise({ at, position, by, reasons: [] });
  return floor;
}

const positions = (floor: Floor, ...moments: readonly number[]) =>
  moments.map((moment) => floor.before(moment)?.position);

test("is the highest position strictly before a moment", () => {
  const floor = floorOf([10, 1n], [20, 5n], [30, 3n], [40, 6n]);
  expect(positions(floor, 10, 11, 20, 21, 31, 40, 41)).toEqual([undefined, 1n, 1n, 5n, 5n, 5n, 6n]);
});

test("does not depend on the order in which it is told", () => {
  const inOrder = [
    [10, 1n],
    [20, 5n],
    [20, 4n],
    [30, 3n],
    [40, 6n],
    [50, 6n],
  ] as const;
  for (let from = 0; from < inOrder.length; from += 1) {
    const told = [...inOrder.slice(from), ...inOrder.slice(0, from)];
    for (const order of [told, told.toReversed()]) {
      expect(positions(floorOf(...order), 10, 11, 20, 21, 31, 40, 41, 51)).toEqual([
        undefined,
        1n,
        1n,
        5n,
        5n,
        5n,
        6n,
        6n,
      ]);
    }
  }
});

test("what it forgets is below what it keeps", () => {
  const floor = floorOf([10, 1n], [20, 5n], [30, 6n], [40, 7n]);
  floor.forget(31);
  expect(positions(floor, 15, 21, 30, 31, 41)).toEqual([undefined, undefined, undefined, 6n, 7n]);
});
