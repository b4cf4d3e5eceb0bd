import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UsageError } from "../usage-error.ts";
import type { Results, Table } from "./document.ts";
import { renderHtml } from "./html.ts";
import { renderChart } from "./render-chart.ts";
import { DARK, LIGHT } from "./theme.ts";

const VERSION = 1;

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** Reads what an earlier run has written. @throws UsageError when it is no such file */
export async function readResults(file: string): Promise<Results> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new UsageError(`--compare: ${file} cannot be read`);
  });
  try {
    const results: unknown = JSON.parse(text);
    // Only this tool writes such files, and says by the version which of it did.
    if (typeof results === "object" && results !== null && "version" in results && results.version === VERSION)
      return results as Results;
  } catch {
    // Told below.
  }
  throw new UsageError(`--compare: ${file} is not the JSON of a run of this version`);
}

/** NaN, which JSON has no word for, becomes null; it is read as a figure that is missing. */
export async function writeJson(file: string, results: Results): Promise<void> {
  await write(file, `${JSON.stringify(results, undefined, 1)}\n`);
}

/** The report: index.html, and each chart as a file of its own, light and dark. */
export async function writeReport(folder: string, results: Results, comparison?: Table): Promise<string> {
  const page = join(folder, "index.html");
  await write(page, renderHtml(results, comparison));
  await writeJson(join(folder, "results.json"), results);
  await writePictures(join(folder, "charts"), results);
  return page;
}

/** Each chart as perf-ID-light.svg and perf-ID-dark.svg. */
export async function writePictures(folder: string, { parts }: Pick<Results, "parts">): Promise<string[]> {
  const written: string[] = [];
  for (const chart of parts.flatMap(({ charts }) => charts)) {
    for (const theme of [LIGHT, DARK]) {
      const file = join(folder, `perf-${chart.id}-${theme.name}.svg`);
      await write(file, `${renderChart(chart, theme)}\n`);
      written.push(file);
    }
  }
  return written;
}
