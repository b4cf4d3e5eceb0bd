import { describe, expect, test } from "@jest/globals";
import { DomainError, type FieldViolation } from "@skyport/errors";
import fc from "fast-check";
import { changesOf, type GivenFields } from "./update-mask.ts";

const price = { currencyCode: "EUR", units: 100_000n, nanos: 990_000_000 };
const nothing: GivenFields = {
  title: undefined,
  passengerCapacity: undefined,
  maximumSpeed: undefined,
  inStock: undefined,
  price: undefined,
};

function given(fields: Partial<GivenFields> = {}): GivenFields {
  return { ...nothing, ...fields };
}

function violations(of: () => unknown): readonly FieldViolation[] {
  try {
    of();
  } catch (error) {
    if (error instanceof DomainError) return error.details.fields ?? [];
    throw error;
  }
  throw new Error("nothing was refused");
}

const PATHS = ["title", "passenger_capacity", "maximum_speed", "in_stock", "price"] as const;
const FIELD_OF = {
  title: "title",
  passenger_capacity: "passengerCapacity",
  maximum_speed: "maximumSpeed",
  in_stock: "inStock",
  price: "price",
} as const;

const anyGiven = fc.record({
  title: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
  passengerCapacity: fc.option(fc.nat(), { nil: undefined }),
  maximumSpeed: fc.option(fc.nat(), { nil: undefined }),
  inStock: fc.option(fc.nat(), { nil: undefined }),
  price: fc.option(fc.constant(price), { nil: undefined }),
});

describe("an absent mask", () => {
  test.each<[string, string[] | undefined]>([
    ["undefined", undefined],
    ["empty", []],
  ])("(%s) changes exactly the fields that are present", (_, paths) => {
    fc.assert(
      fc.property(anyGiven, (fields) => {
        const present = Object.entries(fields).filter(([, value]) => value !== undefined);
        expect(changesOf(fields, paths)).toEqual(Object.fromEntries(present));
      }),
    );
  });

  test("takes zero for a value", () => {
    expect(changesOf(given({ inStock: 0 }), undefined)).toEqual({ inStock: 0 });
  });

  test("never clears a field", () => {
    expect(changesOf(nothing, undefined)).toEqual({});
  });
});

describe("a mask", () => {
  test("changes exactly the fields that it names; absent ones become the default", () => {
    fc.assert(
      fc.property(anyGiven, fc.uniqueArray(fc.constantFrom(...PATHS), { minLength: 1 }), (fields, paths) => {
        fc.pre(!paths.includes("title") || fields.title !== undefined);
        const changes = changesOf(fields, paths);
        expect(Object.keys(changes).sort()).toEqual(paths.map((path) => FIELD_OF[path]).sort());
        for (const path of paths) {
          const value = fields[FIELD_OF[path]];
          expect(changes[FIELD_OF[path]]).toEqual(value ?? (path === "price" ? undefined : 0));
        }
      }),
    );
  });

  test("may name a field twice", () => {
    expect(changesOf(given({ inStock: 3 }), ["in_stock", "in_stock"])).toEqual({ inStock: 3 });
  });

  test("clears a price that is absent", () => {
    const changes = changesOf(nothing, ["price"]);
    expect("price" in changes).toBe(true);
    expect(changes.price).toBeUndefined();
  });

  test("cannot clear the title", () => {
    expect(violations(() => changesOf(nothing, ["title"]))).toEqual([
      { field: "product.title", description: expect.stringContaining("required") },
    ]);
  });
});

describe('"*"', () => {
  test("replaces every field", () => {
    expect(changesOf(given({ title: "Ody", maximumSpeed: 7 }), ["*"])).toEqual({
      title: "Ody",
      passengerCapacity: 0,
      maximumSpeed: 7,
      inStock: 0,
      price: undefined,
    });
  });

  test("needs a title", () => {
    expect(violations(() => changesOf(given({ inStock: 1 }), ["*"]))).toMatchObject([{ field: "product.title" }]);
  });

  test("stands alone", () => {
    expect(violations(() => changesOf(given({ title: "Ody" }), ["*", "title"]))).toEqual([
      { field: "update_mask", description: expect.stringContaining("alone") },
    ]);
  });
});

describe("a path that cannot be named", () => {
  test.each([
    ["id", "immutable"],
    ["image_uri", "output only"],
    ["etag", "output only"],
    ["create_time", "output only"],
    ["update_time", "output only"],
    ["price.units", "whole field: price"],
    ["title.x", "whole field: title"],
    ["colour", "no field"],
    ["inStock", "no field"],
    ["", "no field"],
    ["__proto__", "no field"],
    ["constructor", "no field"],
    ["toString.x", "no field"],
  ])("%j is refused: %s", (path, why) => {
    expect(violations(() => changesOf(given({ title: "Ody" }), [path]))).toEqual([
      { field: "update_mask", description: expect.stringContaining(why) },
    ]);
  });

  test("is told with every other fault at once", () => {
    const found = violations(() => changesOf(nothing, ["id", "title", "colour", "price.units"]));
    expect(found.map(({ field }) => field)).toEqual(["update_mask", "update_mask", "update_mask", "product.title"]);
  });

  test("any text but the known ones", () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        fc.pre(path !== "*" && !PATHS.some((known) => known === path));
        expect(violations(() => changesOf(given({ title: "Ody" }), [path]))).toHaveLength(1);
      }),
    );
  });
});
