import type { FlowMeasured } from "../flow/measure-flow.ts";
import type { FlowTrace } from "../flow/trace.ts";
import type { Figure, Part } from "../report/document.ts";
import { readable } from "../report/numbers.ts";

const SECONDS_A_MINUTE = 60;

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
export function overTimePart({ plan, ours, naive }: FlowMeasured): Part {
  const traces = [ours, naive];
  const minutesASecond = plan.standsFor / plan.seconds / SECONDS_A_MINUTE;
  const line = (
    name: string,
    points: FlowTrace["seconds"],
    read: (second: FlowTrace["seconds"][number]) => number,
  ) => ({
    name,
    // Calls that were open when time was up are answered after it.
    points: points
      .slice(0, plan.seconds)
      .map((second): [number, number] => [second.second * minutesASecond, read(second)]),
  });
  const axes = { kind: "lines", xName: "minutes of the test", xScale: "linear" } as const;
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
      `${plan.clients} callers, each of which makes a product, reads it, orders it and reads the order, again and again. ` +
        `A time-lapse: ${plan.seconds} seconds show ${plan.standsFor / SECONDS_A_MINUTE} minutes of the test. Both systems begin with the ` +
        "same few products, one after the other on the same machine, and both get more at the pace at which Skyport makes " +
        "them, so that they hold the same data at the same moment; by itself the naive design makes fewer, the slower it is.",
      `The p95 of the last minute by that of the first: naive ${readable(naive.last / naive.first)}, ` +
        `Skyport ${readable(ours.last / ours.first)}.`,
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
