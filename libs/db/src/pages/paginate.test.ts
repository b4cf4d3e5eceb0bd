import { describe, expect, test } from "@jest/globals";
import { DomainError } from "@skyport/errors";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { pageSize } from "./page-size.ts";
import { paginate } from "./paginate.ts";

fc.configureGlobal({ seed: seed() });

/** A list of row sizes; a row's cursor is its index. */
async function pages(
  sizes: readonly number[],
  size: number,
  maxBytes: number,
  bound?: (bytes: number) => number,
): Promise<number[][]> {
  const found: number[][] = [];
  for (let after = -1, more = true; more; ) {
    const page = await paginate<number>({
      pageSize: size,
      maxBytes,
      fetch: async (limit) => [...sizes.keys()].slice(after + 1, after + 1 + limit),
      cursor: (row) => [BigInt(row)],
      bytes: (row) => sizes[row] ?? 0,
      ...(bound === undefined ? {} : { mostBytes: (row) => bound(sizes[row] ?? 0) }),
    });
    found.push([...page.rows]);
    more = page.next !== undefined;
    after = Number(page.next?.[0]);
  }
  return found;
}

describe("paginate", () => {
  test("returns every row once, in order, within both bounds", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(100), { maxLength: 30 }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 200 }),
        async (sizes, size, maxBytes) => {
          const found = await pages(sizes, size, maxBytes);
          expect(found.flat()).toEqual([...sizes.keys()]);
          for (const page of found) {
            expect(page.length).toBeLessThanOrEqual(size);
            const bytes = page.reduce((sum, row) => sum + (sizes[row] ?? 0), 0);
            expect(bytes <= maxBytes || page.length === 1).toBe(true);
          }
          // Only an empty list has an empty page.
          expect(found.every((page) => page.length > 0) || sizes.length === 0).toBe(true);
        },
      ),
    );
  });

  test("a bound of the rows' bytes changes no page", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(100), { maxLength: 30 }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 200 }),
        fc.nat(50),
        async (sizes, size, maxBytes, more) => {
          const bounded = await pages(sizes, size, maxBytes, (bytes) => bytes + more);
          expect(bounded).toEqual(await pages(sizes, size, maxBytes));
        },
      ),
    );
  });

  test("a page that fits by the bound is not measured", async () => {
    const measured: number[] = [];
    const page = await paginate<number>({
      pageSize: 3,
      maxBytes: 30,
      fetch: async () => [1, 2, 3],
      cursor: (row) => [BigInt(row)],
      bytes: (row) => measured.push(row),
      mostBytes: () => 10,
    });
    expect([page.rows, measured]).toEqual([[1, 2, 3], []]);
  });

  test("a full last page has no next one", async () => {
    expect(await pages([1, 1, 1, 1], 2, 100)).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });
});

describe("pageSize", () => {
  test("has a default and a maximum", () => {
    expect([0, 1, 1_000, 1_001, 2_147_483_647].map((size) => pageSize(size))).toEqual([50, 1, 1_000, 1_000, 1_000]);
    expect(pageSize(0, { max: 20 })).toBe(20);
    expect(pageSize(500, { max: 100 })).toBe(100);
  });

  test("refuses a negative one", () => {
    const attempt = () => pageSize(-1);
    expect(attempt).toThrow(DomainError);
    expect(attempt).toThrow(/page_size/);
  });
});
