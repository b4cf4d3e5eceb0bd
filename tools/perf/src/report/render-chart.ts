import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { optionOf } from "./chart-options.ts";
import type { Chart } from "./document.ts";
import type { Theme } from "./theme.ts";

use([BarChart, LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

const WIDTH = 760;
const HEIGHT = 380;

/** A chart as an SVG document, drawn without a browser. */
export function renderChart(chart: Chart, theme: Theme): string {
  const drawing = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT });
  try {
    drawing.setOption(optionOf(chart, theme));
    return still(drawing.renderToSVGString(), `${chart.id}-${theme.name}`);
  } finally {
    drawing.dispose();
  }
}

/**
 * What a picture needs of the drawing: nothing moves in it, so that styles for the mouse go; and its ids are its own, so that
 * several stand on one page, and counted from 0, so that the same figures give the same file.
 */
function still(svg: string, name: string): string {
  const ids = new Map<string, string>();
  const renamed = (id: string): string => {
    const known = ids.get(id) ?? `${name}-${ids.size}`;
    ids.set(id, known);
    return known;
  };
  return svg
    .replaceAll(/<style\s*>[\s\S]*?<\/style>/g, "")
    .replaceAll(/ (?:class|ecmeta_\w+)="[^"]*"/g, "")
    .replaceAll(/\bzr\d+-c\d+\b/g, renamed);
}
