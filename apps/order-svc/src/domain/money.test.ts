import { describe, expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { isRepresentable, type Money, sum, times } from "./money.ts";

fc.configureGlobal({ seed: seed() });

const eur = (units: bigint, nanos = 0): Money => ({ currencyCode: "EUR", units, nanos });

const amount = fc
  .record({ units: fc.bigInt({ min: 0n, max: 10n ** 15n }), nanos: fc.integer({ min: 0, max: 999_999_999 }) })
  .map(({ units, nanos }) => eur(units, nanos));
const quantity = fc.integer({ min: 1, max: 10_000 });

/** The model: an amount as a decimal text with nine places. */
function decimal({ units, nanos }: Money): string {
  return `${units}.${nanos.toString().padStart(9, "0")}`;
}

/** Decimal texts added digit by digit, without any arithmetic of the code under test. */
function addDecimals(a: string, b: string): string {
  const length = Math.max(a.length, b.length);
  const [left, right] = [a.padStart(length, "0"), b.padStart(length, "0")];
  let carry = 0;
  let result = "";
  for (let at = length - 1; at >= 0; at--) {
    if (left[at] === ".") {
      result = `.${result}`;
      continue;
    }
    const digit = Number(left[at]) + Number(right[at]) + carry;
    carry = digit >= 10 ? 1 : 0;
    result = `${digit % 10}${result}`;
  }
  return carry === 1 ? `1${result}` : result;
}

const withoutLeadingZeros = (text: string): string => text.replace(/^0+(?=\d)/, "");

describe("a multiple of an amount", () => {
  test.each<[Money, number, Money]>([
    [eur(100_000n, 990_000_000), 1, eur(100_000n, 990_000_000)],
    [eur(0n, 1), 10_000, eur(0n, 10_000)],
    [eur(0n, 999_999_999), 2, eur(1n, 999_999_998)],
    [eur(0n, 100_000_000), 3, eur(0n, 300_000_000)],
    [eur(0n), 10_000, eur(0n)],
    [eur(10n ** 15n, 999_999_999), 10_000, eur(10n ** 19n + 9_999n, 999_990_000)],
  ])("%p times %p is %p", (one, count, product) => {
    expect(times(one, count)).toEqual(product);
  });

  test("is the amount added up that many times", () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 1, max: 50 }), (one, count) => {
        expect(times(one, count)).toEqual(sum(Array.from({ length: count }, () => one)));
      }),
    );
  });

  test("distributes over a sum of quantities", () => {
    fc.assert(
      fc.property(amount, quantity, quantity, (one, a, b) => {
        expect(times(one, a + b)).toEqual(sum([times(one, a), times(one, b)]));
      }),
    );
  });
});

describe("a sum", () => {
  test("of nothing is nothing", () => {
    expect(sum([])).toBeUndefined();
  });

  test("is what adding decimals digit by digit gives", () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 100 }), (amounts) => {
        const total = sum(amounts);
        const model = amounts.map(decimal).reduce(addDecimals);
        expect(total && withoutLeadingZeros(decimal(total))).toBe(withoutLeadingZeros(model));
      }),
    );
  });

  test("carries nanos into units, and keeps nanos in their range", () => {
    expect(sum([eur(1n, 600_000_000), eur(2n, 400_000_000)])).toEqual(eur(4n));
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1 }), (amounts) => {
        const nanos = sum(amounts)?.nanos;
        expect(nanos).toBeGreaterThanOrEqual(0);
        expect(nanos).toBeLessThan(1_000_000_000);
      }),
    );
  });

  test("does not depend on the order", () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1 }), (amounts) => {
        expect(sum(amounts.toReversed())).toEqual(sum(amounts));
      }),
    );
  });

  test("is exact where a double is not", () => {
    expect(sum([eur(9_007_199_254_740_993n, 1), eur(0n, 1)])).toEqual(eur(9_007_199_254_740_993n, 2));
    expect(sum([eur(0n, 100_000_000), eur(0n, 200_000_000)])).toEqual(eur(0n, 300_000_000));
  });
});

test("an amount can be told while its units fit an int64", () => {
  expect(isRepresentable(eur(2n ** 63n - 1n, 999_999_999))).toBe(true);
  expect(isRepresentable(eur(2n ** 63n))).toBe(false);
});
