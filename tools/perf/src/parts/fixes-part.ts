import type { Part } from "../report/document.ts";
import { readable, rowsName } from "../report/numbers.ts";
import type { Fix } from "./fixes.ts";

/** What each fix buys alone. */
export function fixesPart(fixes: readonly Fix[]): Part {
  const sizes = fixes[0]?.sizes.map(({ products }) => products) ?? [];
  return {
    id: "fixes",
    title: "What each fix buys alone",
    text: [
      "The same flow against the naive design, against it with one fault mended at a time, with both mended, and against " +
        "Skyport, in alternating rounds. A cache alone does not save the design: each product that is made or ordered " +
        "throws the cached list away, and even from memory a list of everything has to be sent and read. Targeted reads " +
        "make the cost independent of the data; a cache then takes the rest off the database.",
      "The mended variants do less than Skyport does: nothing reserves stock, nothing survives a crash between two writes, " +
        "requests are neither validated nor repeatable.",
    ],
    charts: [
      {
        kind: "bars",
        id: "fixes",
        title: "Flows a second, by how many products there are",
        categories: fixes.map(({ name }) => name),
        yName: "flows/s",
        yScale: "log",
        series: sizes.map((products, index) => ({
          name: `${rowsName(products)} products`,
          values: fixes.map((fix) => fix.sizes[index]?.flows.median ?? Number.NaN),
        })),
      },
    ],
    tables: sizes.map((products, index) => ({
      heads: [`${rowsName(products)} products`, "flows/s", "(rounds)", "CreateOrder, ms", "GetOrder, ms", "noise"],
      rows: fixes.map(({ name, sizes: all }) => {
        const at = all[index];
        if (at === undefined) return [name];
        const { flows, createOrder, getOrder, noise } = at;
        const range = `${readable(flows.least)}..${readable(flows.most)}`;
        return [
          name,
          readable(flows.median),
          range,
          readable(createOrder),
          readable(getOrder),
          `${(noise * 100).toFixed(1)} %`,
        ];
      }),
    })),
    figures: fixes.flatMap(({ name, sizes: all }) =>
      all.map(({ products, flows, noise }) => ({
        key: `fixes / ${name} / ${rowsName(products)}`,
        value: flows.median,
        unit: "calls/s" as const,
        better: "more" as const,
        noise,
      })),
    ),
  };
}
