import { describe, expect, test } from "@jest/globals";
import { makeProduct, productId } from "./products.ts";

const products = Array.from({ length: 2_000 }, (_, index) => makeProduct(7, index));

describe("a seed's products", () => {
  test("are the same in every run", () => {
    expect(makeProduct(7, 1_234)).toEqual(products[1_234]);
    expect(makeProduct(8, 1_234)).not.toEqual(products[1_234]);
  });

  test("have ids that tell the seed, each its own", () => {
    expect(productId(42, 17)).toBe("seed-42-000017");
    expect(new Set(products.map((product) => product.id)).size).toBe(products.length);
  });

  test("are what the contract allows", () => {
    for (const { id, title, passengerCapacity, maximumSpeed, inStock, price } of products) {
      expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9_.~-]{0,127}$/);
      expect(title).toMatch(/^[\p{L}\d ]{5,200}$/u);
      for (const count of [passengerCapacity, maximumSpeed, inStock]) {
        expect(Number.isInteger(count) && count >= 0 && count < 2 ** 31).toBe(true);
      }
      expect(price.currencyCode).toBe("USD");
      expect(price.units > 0n && price.units <= 10n ** 15n).toBe(true);
      expect([0, 500_000_000, 950_000_000, 990_000_000]).toContain(price.nanos);
    }
  });

  test("vary", () => {
    const distinct = (of: (product: (typeof products)[number]) => unknown) => new Set(products.map(of)).size;
    expect(distinct(({ title }) => title)).toBeGreaterThan(1_500);
    expect(distinct(({ passengerCapacity }) => passengerCapacity)).toBeGreaterThan(200);
    expect(distinct(({ maximumSpeed }) => maximumSpeed)).toBeGreaterThan(10);
    expect(distinct(({ price }) => price.units)).toBeGreaterThan(300);
  });

  test("are sold out now and then", () => {
    const soldOut = products.filter(({ inStock }) => inStock === 0).length;
    expect(soldOut).toBeGreaterThan(20);
    expect(soldOut).toBeLessThan(200);
  });
});
