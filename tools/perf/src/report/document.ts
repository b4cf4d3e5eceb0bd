/** One figure that later runs are compared by. */
export interface Figure {
  /** The same in every run: what was measured, from the general to the particular. */
  readonly key: string;
  readonly value: number;
  readonly unit: "calls/s" | "ms" | "times" | "MB" | "s" | "statements";
  readonly better: "more" | "less";
  /** How far two rounds of it are apart, relative. */
  readonly noise: number;
}

export interface Table {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Points over a scale of numbers, or bars over names. */
export type Chart = LineChart | BarChart;

interface Axes {
  /** Names its files: perf-ID.svg. */
  readonly id: string;
  readonly title: string;
  readonly yName: string;
  readonly yScale: "linear" | "log";
}

export interface LineChart extends Axes {
  readonly kind: "lines";
  readonly xName: string;
  readonly xScale: "linear" | "log";
  readonly series: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[];
}

export interface BarChart extends Axes {
  readonly kind: "bars";
  readonly categories: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** One chapter of the report. */
export interface Part {
  readonly id: string;
  readonly title: string;
  /** What it shows, and how it was measured; paragraphs. */
  readonly text: readonly string[];
  readonly charts: readonly Chart[];
  readonly tables: readonly Table[];
  readonly figures: readonly Figure[];
  /** Text that is shown as it is, such as plans, under a title each. */
  readonly listings?: readonly { readonly title: string; readonly text: string }[];
}

/** One line of the table of targets. */
export interface TargetRow {
  readonly name: string;
  readonly wanted: string;
  readonly value: number;
  readonly met: boolean | undefined;
  readonly noise: number;
  readonly detail: string;
  /** How long it took to find out. */
  readonly seconds: number;
}

/** The machine and the versions of a run. */
export interface Environment {
  readonly startedAt: string;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly platform: string;
  readonly pinned: string;
  readonly cache: string;
}

/** Everything that one run has found; the form of the JSON file. */
export interface Results {
  readonly version: 1;
  readonly environment: Environment;
  readonly targets: readonly TargetRow[];
  readonly parts: readonly Part[];
}
