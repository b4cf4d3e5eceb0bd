import { describe, expect, test } from "@jest/globals";
import { targetsTable } from "./targets-table.ts";
import { textTable } from "./text-table.ts";

const ROW = {
  name: "hot GetProduct",
  wanted: ">= 0.85",
  value: 0.876,
  met: true,
  noise: 0.012,
  detail: "",
  seconds: 1,
};

describe("the table of targets", () => {
  test("tells each target with what was measured", () => {
    const rows = [ROW, { ...ROW, met: false }, { ...ROW, met: undefined, value: Number.NaN }];
    expect(targetsTable(rows).rows).toEqual([
      ["hot GetProduct", ">= 0.85", "0.88", "1.2 %", "met"],
      ["hot GetProduct", ">= 0.85", "0.88", "1.2 %", "NOT MET"],
      ["hot GetProduct", ">= 0.85", "-", "1.2 %", "not measured"],
    ]);
  });

  test("is printed in columns, numbers to the right", () => {
    const text = textTable({
      heads: ["a", "n", "word"],
      rows: [
        ["first", "1", "yes"],
        ["b", "1,000", "no"],
      ],
    });
    expect(text.split("\n")).toEqual(["a          n  word", "first      1  yes", "b      1,000  no"]);
  });
});
