import { runPeers } from "../peers/run-peers.ts";
import type { PeerTable } from "../peers/table.ts";
import type { BarChart, Figure, Part, Table } from "../report/document.ts";
import { readable } from "../report/numbers.ts";
import type { Budget, Progress } from "../targets/target.ts";

function tableOf({ title, rows }: PeerTable): Table {
  return {
    heads: [title, "calls/s", "ratio", "(rounds)", "CPU, µs a call", "p50, ms", "p99, ms"],
    rows: rows.map(({ name, perSecond, ratio, cpuMicros, p50Ms, p99Ms }) => [
      name,
      readable(perSecond),
      ratio.median.toFixed(2),
      `${ratio.least.toFixed(2)}..${ratio.most.toFixed(2)}`,
      readable(cpuMicros),
      readable(p50Ms),
      readable(p99Ms),
    ]),
  };
}

function chartOf({ title, base, rows }: PeerTable, id: string): BarChart {
  return {
    kind: "bars",
    id,
    title: `${title}, by ${base}`,
    categories: rows.map(({ name }) => name),
    yName: "ratio",
    yScale: "linear",
    series: [{ name: "ratio", values: rows.map(({ ratio }) => ratio.median) }],
  };
}

function figuresOf({ title, rows, noise }: PeerTable): Figure[] {
  return rows.map(({ name, ratio }) => ({
    key: `peers / ${title} / ${name}`,
    value: ratio.median,
    unit: "times",
    better: "more",
    noise,
  }));
}

/** This project's server beside others that serve the same product from the same memory. */
export async function measurePeers(budget: Budget, progress: Progress): Promise<Part> {
  const half = (from: number): Progress => ({ show: (share, text) => progress.show(from + share / 2, text) });
  const http = await runPeers("http", budget, half(0));
  const grpc = await runPeers("grpc", budget, half(0.5));
  return {
    id: "peers",
    title: "Side by side with other servers",
    text: ["The same product out of the same memory, each server in a process of its own, in alternating rounds."],
    charts: [chartOf(http, "peers-http"), chartOf(grpc, "peers-grpc")],
    tables: [tableOf(http), tableOf(grpc)],
    figures: [http, grpc].flatMap(figuresOf),
  };
}
