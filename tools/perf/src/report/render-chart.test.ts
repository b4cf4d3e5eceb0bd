import { describe, expect, test } from "@jest/globals";
import { optionOf } from "./chart-options.ts";
import type { Chart } from "./document.ts";
import { renderChart } from "./render-chart.ts";
import { DARK, LIGHT } from "./theme.ts";

const LINES: Chart = {
  kind: "lines",
  id: "time",
  title: "Latency over time",
  xName: "seconds",
  xScale: "linear",
  yName: "p95, ms",
  yScale: "log",
  series: [
    {
      name: "naive",
      points: [
        [0, 5],
        [1, Number.NaN],
        [2, 0],
        [3, 500],
      ],
    },
    {
      name: "Skyport",
      points: [
        [0, 4],
        [3, 4],
      ],
    },
  ],
};

const BARS: Chart = {
  kind: "bars",
  id: "fixes",
  title: "What each fix buys",
  categories: ["naive", "both"],
  yName: "flows/s",
  yScale: "linear",
  series: [{ name: "flows/s", values: [3, 1_234] }],
};

describe("a chart", () => {
  test("leaves out what a logarithmic scale cannot show", () => {
    expect(JSON.stringify(optionOf(LINES, LIGHT))).toContain("[[0,5],[1,null],[2,null],[3,500]]");
  });

  test.each([LINES, BARS])("is drawn as SVG in both themes: $title", (chart) => {
    const [light, dark] = [LIGHT, DARK].map((theme) => renderChart(chart, theme));
    for (const svg of [light, dark]) {
      expect(svg).toMatch(/^<svg [\s\S]*<\/svg>$/);
      expect(svg).toContain(chart.title);
    }
    expect(light).toContain(LIGHT.text);
    expect(dark).toContain(DARK.text);
  });

  test("is the same each time, so that pictures change only when figures do", () => {
    expect(renderChart(BARS, LIGHT)).toBe(renderChart(BARS, LIGHT));
  });
});
