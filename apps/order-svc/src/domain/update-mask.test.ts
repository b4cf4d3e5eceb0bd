import { describe, expect, test } from "@jest/globals";
import { DomainError, type FieldViolation } from "@skyport/errors";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { checkUpdateMask } from "./update-mask.ts";

fc.configureGlobal({ seed: seed() });

function violations(paths: readonly string[] | undefined): readonly FieldViolation[] {
  try {
    checkUpdateMask(paths);
    return [];
  } catch (error) {
    if (error instanceof DomainError && error.reason === "INVALID_FIELDS") return error.details.fields ?? [];
    throw error;
  }
}

test.each<[string, string[] | undefined]>([
  ["no mask", undefined],
  ["an empty mask", []],
  ["line_items", ["line_items"]],
  ["line_items twice", ["line_items", "line_items"]],
  ["the star alone", ["*"]],
])("%s may be asked for", (_, paths) => {
  expect(violations(paths)).toEqual([]);
});

describe("a path that cannot be named", () => {
  test.each([
    ["id", "output only"],
    ["state", "output only"],
    ["total", "output only"],
    ["etag", "output only"],
    ["create_time", "output only"],
    ["update_time", "output only"],
    ["line_items.quantity", "whole field: line_items"],
    ["line_items.", "whole field: line_items"],
    ["lineItems", "no field"],
    ["line_item", "no field"],
    ["", "no field"],
    ["__proto__", "no field"],
    ["**", "no field"],
  ])("%j is refused: %s", (path, why) => {
    expect(violations([path])).toEqual([{ field: "update_mask", description: expect.stringContaining(why) }]);
  });

  test("is told with every other one at once, beside good ones", () => {
    const found = violations(["line_items", "id", "*", "colour"]).map(({ description }) => description);
    expect(found).toEqual([
      expect.stringContaining('"id"'),
      expect.stringContaining("must stand alone"),
      expect.stringContaining('"colour"'),
    ]);
  });

  test("any text but the known ones", () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        fc.pre(path !== "*" && path !== "line_items");
        expect(violations([path])).toHaveLength(1);
      }),
    );
  });
});
