import { noiseOf } from "../rounds/statistics.ts";
import type { FlowResult } from "./flow.ts";
import type { Second } from "./timeline.ts";

/** One system under the flow. */
export interface FlowTrace {
  readonly name: string;
  readonly seconds: readonly Second[];
  readonly flows: number;
  /** How many products there were in the end. */
  readonly products: number;
  /** The p95 at the beginning and at the end, in milliseconds. */
  readonly first: number;
  readonly last: number;
  /** How far two halves of the end are apart, relative; those of the beginning also differ by what has grown meanwhile. */
  readonly noise: number;
  /** The median of each step, in milliseconds, at the end. */
  readonly steps: Readonly<Record<string, number>>;
}

const P = 95;

/** What is looked at of a run, or of several that follow each other. */
export type FlowParts = readonly Pick<FlowResult, "timeline" | "steps" | "rounds" | "seconds">[];

/**
 * Sums up a run: its beginning and its end are so many seconds each.
 *
 * @param windowSeconds 1 or more
 * @throws RangeError when nothing was run
 */
export function traceOf(parts: FlowParts, windowSeconds: number): Omit<FlowTrace, "name" | "products"> {
  const head = parts[0];
  const tail = parts.at(-1);
  if (head === undefined || tail === undefined) throw new RangeError("nothing was run");
  const end = Math.max(1, Math.floor(tail.seconds));
  const from = Math.max(0, end - windowSeconds);
  const halves = ({ timeline }: FlowParts[number], start: number, stop: number): number[] => {
    const middle = Math.ceil((start + stop) / 2);
    return [timeline.window(start, middle), timeline.window(middle, stop)].map((part) => part.percentile(P));
  };
  let passed = 0;
  const seconds = parts.flatMap((part) => {
    const own = part.timeline.seconds().slice(0, Math.max(1, Math.floor(part.seconds)));
    const shifted = own.map((each) => ({ ...each, second: each.second + passed }));
    passed += own.length;
    return shifted;
  });
  return {
    seconds,
    flows: parts.reduce((sum, { rounds }) => sum + rounds, 0),
    first: head.timeline.window(0, windowSeconds).percentile(P),
    last: tail.timeline.window(from, end).percentile(P),
    noise: noiseOf(halves(tail, from, end)),
    steps: Object.fromEntries(Object.entries(tail.steps).map(([step, latencies]) => [step, latencies.percentile(50)])),
  };
}
