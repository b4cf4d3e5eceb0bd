import { expect, test } from "@jest/globals";
import type { Round } from "./measure/rounds.ts";
import type { Peer } from "./peers.ts";
import { renderMarkdown, renderText, toTable } from "./table.ts";

const base: Peer = { name: "base", server: "raw-json", protocol: "json" };
const other: Peer = { name: "the other one", server: "nest", protocol: "json" };

const rounds = (rates: readonly number[], cpuMicros: number, generatorCores = 0.5): readonly Round[] =>
  rates.map((perSecond) => ({ perSecond, cpuMicros, p50Ms: 1, p99Ms: 2, generatorCores }));

const series = new Map([
  ["base", rounds([40_000, 20_000, 40_000], 20, 0.97)],
  ["the other one", rounds([10_000, 10_000, 8_000], 80)],
  ["base, again", rounds([42_000, 20_600, 41_000], 20)],
]);

const table = toTable("Title", [base, other], base, series);

test("a row tells medians, and the ratio to the base round by round", () => {
  expect(table.noise).toBeCloseTo(0.03);
  expect(table.rows[1]).toEqual({
    name: "the other one",
    perSecond: 10_000,
    ratio: { median: 0.25, least: 0.2, most: 0.5 },
    cpuMicros: 80,
    p50Ms: 1,
    p99Ms: 2,
    generatorCores: 0.5,
  });
});

test("as text, and what the generator could not keep up with is marked", () => {
  expect(renderText(table).split("\n")).toEqual([
    "Title",
    expect.stringMatching(/^ +req\/s +ratio +\(rounds\) +CPU µs\/req +p50 ms +p99 ms$/),
    expect.stringMatching(/^base +>= 40,000 +>= 1\.00 +1\.00\.\.1\.00 +20\.0 +1\.00 +2\.00$/),
    expect.stringMatching(/^the other one +10,000 +0\.25 +0\.20\.\.0\.50 +80\.0 +1\.00 +2\.00$/),
    expect.stringMatching(/^Ratios are to base.* differ by 3\.0 %\. ">=": /),
  ]);
});

test("as Markdown", () => {
  const [head, rule, , row, blank] = renderMarkdown(table).split("\n");
  expect(head).toBe("| Title | req/s | ratio | (rounds) | CPU µs/req | p50 ms | p99 ms |");
  expect(rule).toBe("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
  expect(row).toBe("| the other one | 10,000 | 0.25 | 0.20..0.50 | 80.0 | 1.00 | 2.00 |");
  expect(blank).toBe("");
});
