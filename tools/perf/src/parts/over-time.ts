import type { FlowMeasured, FlowTrace } from "../flow/measure-flow.ts";
import type { Figure, Part } from "../report/document.ts";
import { readable } from "../report/numbers.ts";

function figuresOf({ name, flows, seconds, first, last, noise }: FlowTrace): Figure[] {
  const key = `flow over time / ${name}`;
  const length = Math.max(1, seconds.length);
  return [
    { key: `${key} / flows`, value: flows / length, unit: "calls/s", better: "more", noise },
    { key: `${key} / p95 at first`, value: first, unit: "ms", better: "less", noise },
    { key: `${key} / p95 at last`, value: last, unit: "ms", better: "less", noise },
  ];
}

/** The exercise's question in two pictures: before and after. */
export function overTimePart({ plan, ours, naive, naiveAtSameData }: FlowMeasured): Part {
  const traces = [naive, ours];
  const line = (
    name: string,
    points: FlowTrace["seconds"],
    read: (second: FlowTrace["seconds"][number]) => number,
  ) => ({
    name,
    points: points.map((second): [number, number] => [second.second, read(second)]),
  });
  const axes = { kind: "lines", xName: "seconds", xScale: "linear" } as const;
  const row = ({ name, flows, products, first, last, noise }: FlowTrace): string[] => [
    name,
    readable(flows),
    readable(products),
    readable(first),
    readable(last),
    `${readable(last / first)} x`,
    `${(noise * 100).toFixed(1)} %`,
  ];
  return {
    id: "over-time",
    title: "The exercise's test, as it runs longer",
    text: [
      `${plan.clients} callers, each of which makes a product, reads it, orders it and reads the order, again and again, for ` +
        `${plan.seconds} seconds. Both systems begin with the same few products, one after the other on the same machine.`,
      `The naive design slows itself down: it makes fewer products, the slower it is. With as many as Skyport has in the ` +
        `end (${readable(naiveAtSameData.products)}), its p95 is ${readable(naiveAtSameData.p95)} ms, ` +
        `${readable(naiveAtSameData.p95 / naive.first)} times that of its start.`,
    ],
    charts: [
      {
        ...axes,
        id: "throughput",
        title: "Calls a second, as the test runs",
        yName: "calls/s",
        yScale: "linear",
        series: traces.map(({ name, seconds }) => line(name, seconds, ({ calls }) => calls)),
      },
      {
        ...axes,
        id: "p95",
        title: "Latency (p95), as the test runs",
        yName: "ms",
        yScale: "log",
        series: traces.map(({ name, seconds }) => line(name, seconds, ({ p95 }) => p95)),
      },
    ],
    tables: [
      {
        heads: ["", "flows", "products", "p95 at first, ms", "p95 at last, ms", "grown", "noise"],
        rows: traces.map(row),
      },
      {
        heads: ["median, ms", ...Object.keys(ours.steps)],
        rows: traces.map(({ name, steps }) => [name, ...Object.values(steps).map(readable)]),
      },
    ],
    figures: traces.flatMap(figuresOf),
  };
}
