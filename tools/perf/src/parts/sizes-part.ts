import type { Part } from "../report/document.ts";
import { readable, rowsName } from "../report/numbers.ts";
import type { ReadBySize } from "./sizes.ts";

/** Cost against the size of the data. */
export function sizesPart(reads: readonly ReadBySize[]): Part {
  const sizes = reads[0]?.sizes.map(({ rows }) => rows) ?? [];
  return {
    id: "sizes",
    title: "Cost against the size of the data",
    text: [
      `The median of one caller's calls, Connect JSON, with ${sizes.map(rowsName).join(", ")} products and as many orders, ` +
        "side by side in alternating rounds. In brackets: by that of the smallest size.",
    ],
    charts: [
      {
        kind: "lines",
        id: "sizes",
        title: "The median of each read, by the number of products",
        xName: "products",
        xScale: "log",
        yName: "ms",
        yScale: "log",
        series: reads.map(({ scenario, sizes: all }) => ({
          name: scenario,
          points: all.map(({ rows, p50 }): [number, number] => [rows, p50.median]),
        })),
      },
    ],
    tables: [
      {
        heads: ["median, ms", ...sizes.map(rowsName), "noise"],
        rows: reads.map(({ scenario, sizes: all, noise }) => [
          scenario,
          ...all.map(({ p50, ratio }) => `${readable(p50.median)} (${readable(ratio.median)})`),
          `${(noise * 100).toFixed(1)} %`,
        ]),
      },
    ],
    figures: reads.flatMap(({ scenario, sizes: all, noise }) =>
      all.map(({ rows, p50 }) => ({
        key: `sizes / ${scenario} / ${rowsName(rows)}`,
        value: p50.median,
        unit: "ms" as const,
        better: "less" as const,
        noise,
      })),
    ),
  };
}
