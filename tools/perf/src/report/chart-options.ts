import type { EChartsCoreOption } from "echarts/core";
import type { BarChart, Chart, LineChart } from "./document.ts";
import type { Theme } from "./theme.ts";

/** A logarithmic scale has no place for zero and below. */
function plotted(value: number, scale: "linear" | "log"): number | null {
  return Number.isFinite(value) && (scale === "linear" || value > 0) ? value : null;
}

function axis(name: string, scale: "linear" | "log", theme: Theme, place: "x" | "y"): object {
  return {
    type: scale === "log" ? "log" : "value",
    name,
    nameLocation: "middle",
    nameGap: place === "x" ? 28 : 52,
    nameTextStyle: { color: theme.text },
    axisLabel: { color: theme.text },
    axisLine: { show: true, lineStyle: { color: theme.faint } },
    splitLine: { show: place === "y", lineStyle: { color: theme.faint } },
  };
}

/** What a row of the legend takes, in pixels; and how many names stand in one, long as they are. */
const LEGEND_ROW = 22;
const LEGEND_NAMES = 3;

function common(chart: Chart, theme: Theme): object {
  const legendRows = chart.series.length > 1 ? Math.ceil(chart.series.length / LEGEND_NAMES) : 0;
  return {
    animation: false,
    color: [...theme.colours],
    backgroundColor: "transparent",
    textStyle: { fontFamily: "system-ui, sans-serif" },
    title: { text: chart.title, left: "center", top: 4, textStyle: { color: theme.text, fontSize: 15 } },
    legend: { show: legendRows > 0, bottom: 0, itemGap: 24, textStyle: { color: theme.text } },
    grid: { left: 76, right: 24, top: 44, bottom: 44 + legendRows * LEGEND_ROW },
  };
}

function lineOption(chart: LineChart, theme: Theme): EChartsCoreOption {
  const { series, xName, xScale, yName, yScale } = chart;
  return {
    ...common(chart, theme),
    xAxis: { ...axis(xName, xScale, theme, "x"), min: "dataMin", max: "dataMax" },
    yAxis: axis(yName, yScale, theme, "y"),
    series: series.map(({ name, points }) => ({
      type: "line",
      name,
      data: points.map(([x, y]) => [x, plotted(y, yScale)]),
      // Single points are told apart where there are few of them.
      showSymbol: points.length <= 20,
      symbol: "circle",
      symbolSize: 6,
      lineStyle: { width: 2 },
    })),
  };
}

function barOption(chart: BarChart, theme: Theme): EChartsCoreOption {
  const { series, categories, yName, yScale } = chart;
  return {
    ...common(chart, theme),
    xAxis: {
      type: "category",
      data: [...categories],
      axisLabel: { color: theme.text, interval: 0, width: 120, overflow: "break" },
      axisLine: { lineStyle: { color: theme.faint } },
    },
    yAxis: axis(yName, yScale, theme, "y"),
    series: series.map(({ name, values }) => ({
      type: "bar",
      name,
      data: values.map((value) => plotted(value, yScale)),
      label: { show: categories.length <= 8, position: "top", color: theme.text, formatter: shortLabel },
    })),
  };
}

/** A bar's value above it, short. */
function shortLabel({ value }: { readonly value?: unknown }): string {
  const number = Number(value);
  if (number >= 1_000) return `${(number / 1_000).toPrecision(3)} k`;
  return String(Number(number.toPrecision(3)));
}

/** What ECharts draws. */
export function optionOf(chart: Chart, theme: Theme): EChartsCoreOption {
  return chart.kind === "lines" ? lineOption(chart, theme) : barOption(chart, theme);
}
