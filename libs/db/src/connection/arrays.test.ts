import { describe, expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { formatArray, parseArray } from "./arrays.ts";

fc.configureGlobal({ seed: seed() });

const encode = (value: unknown) => (value === null ? null : String(value));

describe("array literals", () => {
  test("any texts come back", () => {
    const element = fc.option(fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(fc.oneof(fc.array(element), fc.array(fc.array(element))), (values) => {
        expect(parseArray(formatArray(values, encode), String)).toEqual(values);
      }),
    );
  });

  test("as the server writes them", () => {
    expect(parseArray('{a,NULL,"NULL","x y","a\\"b\\\\c","",{1,2}}', String)).toEqual([
      "a",
      null,
      "NULL",
      "x y",
      'a"b\\c',
      "",
      ["1", "2"],
    ]);
    expect(parseArray("{}", String)).toEqual([]);
    expect(parseArray("{1,-2}", BigInt)).toEqual([1n, -2n]);
  });

  test("refuse what is none", () => {
    for (const text of ["", "a", "{a", "{{a}"]) expect(() => parseArray(text, String)).toThrow(/cannot be read/);
  });
});
