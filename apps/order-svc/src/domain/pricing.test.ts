import { describe, expect, test } from "@jest/globals";
import { DomainError } from "@skyport/errors";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import type { Money } from "./money.ts";
import { checkLineItems, type PricedProduct, priceLines, totalOf, type WantedLine } from "./pricing.ts";

fc.configureGlobal({ seed: seed() });

const money = (currencyCode: string, units: bigint, nanos = 0): Money => ({ currencyCode, units, nanos });
const eur = (units: bigint, nanos = 0): Money => money("EUR", units, nanos);

function line(productId: string, quantity: number, unitPrice?: Money): WantedLine {
  return { productId, quantity, unitPrice };
}

function shelf(...products: readonly [id: string, inStock: number, price?: Money][]): Map<string, PricedProduct> {
  return new Map(products.map(([id, inStock, price]) => [id, { title: `The ${id}`, inStock, price }]));
}

function refusalOf(...args: Parameters<typeof priceLines>): DomainError {
  try {
    priceLines(...args);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

test("an order without a line is refused at line_items", () => {
  expect(() => checkLineItems([])).toThrow(
    expect.objectContaining({
      reason: "INVALID_FIELDS",
      details: { fields: [{ field: "order.line_items", description: expect.any(String) }] },
    }),
  );
  expect(() => checkLineItems([line("a", 1)])).not.toThrow();
});

describe("a line that can be had", () => {
  test("takes over title and price", () => {
    expect(priceLines([line("a", 2)], shelf(["a", 0, eur(5n, 10)]))).toEqual([
      { productId: "a", quantity: 2, unitPrice: eur(5n, 10), title: "The a" },
    ]);
  });

  test("keeps a price that is given, zero as well", () => {
    const items = priceLines([line("a", 1, eur(7n)), line("b", 1, eur(0n))], shelf(["a", 1, eur(5n)], ["b", 1]));
    expect(items.map((item) => item.unitPrice)).toEqual([eur(7n), eur(0n)]);
  });

  test("keeps its place", () => {
    const ids = ["c", "a", "b"];
    const products = shelf(["a", 1, eur(1n)], ["b", 1, eur(1n)], ["c", 1, eur(1n)]);
    expect(
      priceLines(
        ids.map((id) => line(id, 1)),
        products,
      ).map((item) => item.productId),
    ).toEqual(ids);
  });
});

describe("a price that cannot be", () => {
  test("is told at each line without one", () => {
    const error = refusalOf([line("a", 1), line("b", 1, eur(1n)), line("c", 1)], shelf(["a", 1], ["b", 1], ["c", 1]));
    expect(error.reason).toBe("INVALID_FIELDS");
    expect(error.details.fields?.map(({ field }) => field)).toEqual([
      "order.line_items[0].unit_price",
      "order.line_items[2].unit_price",
    ]);
  });

  test("is told at each line in another currency than the first, given or taken over", () => {
    const products = shelf(["a", 1, eur(1n)], ["b", 1, money("USD", 1n)], ["c", 1, money("USD", 1n)], ["d", 1]);
    const error = refusalOf(
      [line("a", 1), line("b", 1), line("c", 1, eur(1n)), line("d", 1, money("GBP", 1n))],
      products,
    );
    expect(error.details.fields).toEqual([
      { field: "order.line_items[1].unit_price", description: expect.stringContaining("EUR") },
      { field: "order.line_items[3].unit_price", description: expect.stringContaining("EUR") },
    ]);
  });

  test("is told with every other fault at once", () => {
    const most = eur(10n ** 15n);
    const lines = [
      line("none", 1),
      ...Array.from({ length: 10 }, (_, index) => line(`p${index}`, 10_000, most)),
      line("usd", 1, money("USD", 1n)),
    ];
    const products = shelf(...lines.map(({ productId }) => [productId, 1] as [string, number]));
    expect(refusalOf(lines, products).details.fields?.map(({ field }) => field)).toEqual([
      "order.line_items[0].unit_price",
      "order.line_items[11].unit_price",
      "order.line_items",
    ]);
  });
});

describe("a total", () => {
  test("that is larger than an int64 of units is refused; the largest that fits is not", () => {
    const products = shelf(["a", 1], ["b", 1]);
    // 9223372036854775807 = 922337203685477 * 10000 + 5807
    const fits = [line("a", 10_000, eur(922_337_203_685_477n)), line("b", 1, eur(5_807n, 999_999_999))];
    expect(totalOf(priceLines(fits, products))).toEqual(eur(2n ** 63n - 1n, 999_999_999));
    const over = [line("a", 10_000, eur(922_337_203_685_477n)), line("b", 1, eur(5_808n))];
    expect(refusalOf(over, products).details.fields).toEqual([
      { field: "order.line_items", description: expect.stringContaining("9223372036854775807") },
    ]);
  });

  test("is the sum of what each line costs", () => {
    const priced = fc.record({
      quantity: fc.integer({ min: 1, max: 10_000 }),
      units: fc.bigInt({ min: 0n, max: 10n ** 9n }),
      nanos: fc.integer({ min: 0, max: 999_999_999 }),
    });
    fc.assert(
      fc.property(fc.array(priced, { minLength: 1, maxLength: 100 }), (lines) => {
        const wanted = lines.map(({ quantity, units, nanos }, at) => line(`p${at}`, quantity, eur(units, nanos)));
        const products = shelf(...wanted.map(({ productId }) => [productId, 0] as [string, number]));
        const total = totalOf(priceLines(wanted, products));
        const nanos = lines.reduce(
          (sum, item) => sum + BigInt(item.quantity) * (item.units * 1_000_000_000n + BigInt(item.nanos)),
          0n,
        );
        expect(total && total.units * 1_000_000_000n + BigInt(total.nanos)).toBe(nanos);
      }),
    );
  });

  test("of nothing is nothing", () => {
    expect(totalOf([])).toBeUndefined();
  });
});

describe("products that cannot be had", () => {
  test("are not found when they are only missing, each named", () => {
    const error = refusalOf([line("x", 1), line("a", 1), line("y", 1)], shelf(["a", 1, eur(1n)]));
    expect(error.reason).toBe("PRODUCT_NOT_FOUND");
    expect(error.details.resources?.map(({ name }) => name)).toEqual(["products/x", "products/y"]);
  });

  test("are out of stock when some are missing and others short, both told", () => {
    const error = refusalOf([line("x", 1), line("a", 3), line("b", 2)], shelf(["a", 2, eur(1n)], ["b", 2, eur(1n)]));
    expect(error.reason).toBe("OUT_OF_STOCK");
    expect(error.details.preconditions).toEqual([
      { type: "PRODUCT_NOT_FOUND", subject: "products/x", description: expect.any(String) },
      { type: "OUT_OF_STOCK", subject: "products/a", description: "3 wanted, 2 left" },
    ]);
  });

  test("are missing before they are without a price", () => {
    expect(refusalOf([line("x", 1), line("a", 1)], shelf(["a", 1])).reason).toBe("PRODUCT_NOT_FOUND");
  });

  test("are the reservation's business when they are only short: this read may be old", () => {
    expect(priceLines([line("a", 5)], shelf(["a", 0, eur(1n)]))).toHaveLength(1);
  });

  test("are not short of what the order holds itself", () => {
    const lines = [line("x", 1), line("a", 5)];
    const products = shelf(["a", 0, eur(1n)]);
    expect(refusalOf(lines, products, [{ productId: "a", quantity: 5 }]).reason).toBe("PRODUCT_NOT_FOUND");
    const partly = refusalOf(lines, products, [{ productId: "a", quantity: 3 }]);
    expect(partly.details.preconditions?.[1]?.description).toBe("2 wanted, 0 left");
  });
});
