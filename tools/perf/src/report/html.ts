import type { Part, Results, Table } from "./document.ts";
import { renderChart } from "./render-chart.ts";
import { targetsTable } from "./targets-table.ts";
import { DARK, LIGHT } from "./theme.ts";

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; display: block; overflow-x: auto; }
th, td { padding: .2rem .8rem; border-bottom: 1px solid #8884; text-align: right; }
th:first-child, td:first-child { text-align: left; }
figure { margin: 1rem 0; }
figure svg { max-width: 100%; height: auto; }
pre { overflow-x: auto; background: #8881; padding: .8rem; font-size: .8rem; }
.dark { display: none; }
@media (prefers-color-scheme: dark) { .light { display: none; } .dark { display: block; } }
`;

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function htmlTable({ heads, rows }: Table): string {
  const line = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  return `<table><thead>${line(heads, "th")}</thead><tbody>${rows.map((row) => line(row, "td")).join("\n")}</tbody></table>`;
}

function htmlPart(part: Part): string {
  const charts = part.charts.map(
    (chart) => `<figure>
<div class="light">${renderChart(chart, LIGHT)}</div><div class="dark">${renderChart(chart, DARK)}</div></figure>`,
  );
  const listings = (part.listings ?? []).map(
    ({ title, text }) => `<h3>${escapeHtml(title)}</h3><pre>${escapeHtml(text)}</pre>`,
  );
  return [
    `<h2 id="${part.id}">${escapeHtml(part.title)}</h2>`,
    ...part.text.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
    ...charts,
    ...part.tables.map(htmlTable),
    ...listings,
  ].join("\n");
}

/** The whole report as one file, which needs nothing else. @param comparison with an earlier run, if there is one */
export function renderHtml(results: Results, comparison?: Table): string {
  const { environment, targets, parts } = results;
  const facts = Object.entries(environment).map(([name, value]) => [name, String(value)]);
  const details = targets.map(({ name, detail }) => [name, detail]);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Skyport: performance</title><style>${STYLE}</style></head><body>
<h1>Skyport: performance</h1>
<h2>Targets</h2>
${htmlTable(targetsTable(targets))}
<details><summary>The figures behind them</summary>${htmlTable({ heads: ["target", ""], rows: details })}</details>
${comparison === undefined ? "" : `<h2>Against the earlier run</h2>${htmlTable(comparison)}`}
${parts.map(htmlPart).join("\n")}
<h2>Where it was measured</h2>
${htmlTable({ heads: ["", ""], rows: facts })}
</body></html>
`;
}
