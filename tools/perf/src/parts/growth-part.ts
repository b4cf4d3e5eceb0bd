import type { Part } from "../report/document.ts";
import { readable } from "../report/numbers.ts";
import type { Growth } from "./growth.ts";

/** Cost against a number of callers, or of processes. */
export function growthPart(
  id: "clients" | "processes",
  title: string,
  counted: string,
  text: readonly string[],
  results: readonly Growth[],
): Part {
  const counts = results[0]?.steps.map(({ count }) => count) ?? [];
  const tableOf = (unit: string, read: (step: Growth["steps"][number]) => number) => ({
    heads: [unit, ...counts.map((count) => `${count} ${counted}`), "noise"],
    rows: results.map(({ scenario, steps }) => [
      scenario,
      ...steps.map((step) => readable(read(step))),
      `${(Math.max(...steps.map(({ noise }) => noise)) * 100).toFixed(1)} %`,
    ]),
  });
  return {
    id,
    title,
    text,
    charts: [
      {
        kind: "lines",
        id,
        title,
        xName: counted,
        xScale: "log",
        yName: "calls/s",
        yScale: "log",
        series: results.map(({ scenario, steps }) => ({
          name: scenario,
          points: steps.map(({ count, perSecond }): [number, number] => [count, perSecond.median]),
        })),
      },
    ],
    tables: [tableOf("calls/s", ({ perSecond }) => perSecond.median), tableOf("p95, ms", ({ p95 }) => p95)],
    figures: results.flatMap(({ scenario, steps }) =>
      steps.map(({ count, perSecond, noise }) => ({
        key: `${id} / ${scenario} / ${count}`,
        value: perSecond.median,
        unit: "calls/s" as const,
        better: "more" as const,
        noise,
      })),
    ),
  };
}
