import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Options, PICTURE_PARTS } from "./args.ts";
import { PART_RUNNERS } from "./parts/all.ts";
import type { Found, PartRunner } from "./parts/part.ts";
import { type ProgressBar, partOf, startProgress } from "./progress.ts";
import { changesTable, compareFigures, figuresOf } from "./report/compare.ts";
import type { Part, Results, Table, TargetRow } from "./report/document.ts";
import { environmentOf } from "./report/environment.ts";
import { readResults, writeJson, writePictures, writeReport } from "./report/files.ts";
import { targetsTable } from "./report/targets-table.ts";
import { textTable } from "./report/text-table.ts";
import { ROOT } from "./stage/program.ts";
import { Stage } from "./stage/stage.ts";
import { allTargets, budgetOf, prepareTargets } from "./targets/all.ts";
import { measureTargets } from "./targets/measure-targets.ts";

export interface RunOutput {
  /** Takes what the run has to say. */
  readonly print: (text: string) => void;
  /** Where progress is shown. */
  readonly progress: NodeJS.WriteStream;
}

const TARGETS = "targets";
/** The targets' part of a full run, for the progress. */
const TARGET_MINUTES = 6;

/** Measures the parts that the run asks for. One that fails is told in its place, and the others go on. */
async function measureParts(
  stage: Stage,
  options: Options,
  runners: readonly PartRunner[],
  found: Found,
  bar: ProgressBar,
  until: number,
): Promise<{ readonly parts: Part[]; readonly failed: number }> {
  const whole = runners.reduce((sum, { minutes }) => sum + minutes, 0);
  const parts: Part[] = [];
  let failed = 0;
  let done = 0;
  for (const runner of runners) {
    const from = (done / whole) * until;
    done += runner.minutes;
    const progress = partOf(bar, from, (done / whole) * until, runner.id);
    try {
      parts.push(await runner.run(stage, options, found, progress));
    } catch (error) {
      failed += 1;
      const text = [`It could not be measured: ${error instanceof Error ? error.stack : String(error)}`];
      parts.push({ id: runner.id, title: runner.id, text, charts: [], tables: [], figures: [] });
    }
  }
  return { parts, failed };
}

function wants({ mode, only }: Options, id: string): boolean {
  if (only !== undefined) return only.includes(id);
  if (mode === "pictures") return PICTURE_PARTS.includes(id);
  return mode === "full" || id === TARGETS;
}

async function measure(
  stage: Stage,
  options: Options,
  bar: ProgressBar,
  startedAt: Date,
): Promise<{ readonly results: Results; readonly failed: number }> {
  const runners = PART_RUNNERS.filter(({ id }) => wants(options, id));
  const found: Found = {};
  const minutes = runners.reduce((sum, runner) => sum + runner.minutes, 0);
  const asksTargets = wants(options, TARGETS);
  const until = asksTargets ? minutes / (minutes + TARGET_MINUTES) : 1;
  const { parts, failed } = await measureParts(stage, options, runners, found, bar, until);
  if (options.mode === "quick") await prepareTargets(stage, options, found, bar);
  const targets: TargetRow[] = asksTargets
    ? await measureTargets(allTargets(stage, options, found), budgetOf(options), partOf(bar, until, 1, TARGETS))
    : [];
  const environment = environmentOf(stage.servers, startedAt);
  return { results: { version: 1, environment, targets, parts }, failed };
}

function told(results: Results, comparison: Table | undefined): string {
  const { targets, parts, environment } = results;
  const blocks = parts.flatMap(({ title, text, tables }) => [
    title,
    ...(tables.length === 0 ? text : tables.map(textTable)),
    "",
  ]);
  const details = targets.flatMap(({ name, detail, seconds }) => [`${name} (${seconds} s):`, `  ${detail}`]);
  return [
    ...blocks,
    ...(targets.length === 0 ? [] : [...details, "", textTable(targetsTable(targets))]),
    ...(comparison === undefined ? [] : ["", textTable(comparison)]),
    "",
    `${environment.cpu}, ${environment.cores} cores, Node ${environment.node}; ${environment.pinned}`,
  ].join("\n");
}

/**
 * Measures what is asked for, tells it, and writes the report.
 *
 * @returns whether everything could be measured; a target that is missed is a result like any other
 */
export async function run(options: Options, { print, progress }: RunOutput): Promise<boolean> {
  const startedAt = new Date();
  const earlier = options.compare === undefined ? undefined : await readResults(options.compare);
  const stamp = startedAt.toISOString().slice(0, 19).replaceAll(":", "-");
  const folder = resolve(options.folder ?? join(ROOT, "tmp", "perf", `${options.mode}-${stamp}`));
  await mkdir(folder, { recursive: true });
  const bar = startProgress(progress);
  try {
    bar.show(0, "starting the servers");
    await using stage = await Stage.open(folder);
    const { results, failed } = await measure(stage, options, bar, startedAt);
    bar.stop();
    const comparison =
      earlier === undefined ? undefined : changesTable(compareFigures(figuresOf(results), figuresOf(earlier)));
    print(told(results, comparison));
    print(`\nThe report is ${await writeReport(folder, results, comparison)}`);
    if (options.json !== undefined) await writeJson(resolve(options.json), results);
    if (options.mode === "pictures") {
      const written = await writePictures(join(ROOT, "docs", "images"), results);
      print(`${written.length} pictures are in docs/images`);
    }
    return failed === 0 && results.targets.every(({ met }) => met !== undefined);
  } finally {
    bar.stop();
  }
}
