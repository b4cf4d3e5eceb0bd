import { encode } from "./encode.ts";
import { environmentSteps } from "./environment-steps.ts";
import { broken, PROPERTIES, type Property } from "./invariants.ts";
import { readerSteps } from "./reader-steps.ts";
import { PROTOCOL, type Rules } from "./rules.ts";
import { initialState, type Size, type State } from "./state.ts";
import type { Step } from "./step.ts";
import { writerSteps } from "./writer-steps.ts";

export interface SearchOptions {
  /** What is replaced in the protocol. */
  readonly rules?: Partial<Rules>;
  readonly properties?: readonly Property[];
  /** Gives up with `complete: false` when there are more. Default: never. */
  readonly maxStates?: number;
}

export interface SearchResult {
  /** States, those that differ only in names taken as one. */
  readonly states: number;
  readonly transitions: number;
  /** The longest of the shortest ways to a state. */
  readonly depth: number;
  /** Whether all that can be reached was. */
  readonly complete: boolean;
  /** How often each kind of step was taken. */
  readonly steps: ReadonlyMap<string, number>;
  readonly violation: Violation | undefined;
}

/** What was broken, and a shortest way there. */
export interface Violation {
  readonly property: Property;
  readonly text: string;
  readonly trace: readonly Step[];
}

/** How a state was come to: the number of a step from another. States themselves are kept no longer than they are needed. */
interface Way {
  readonly from: Way | undefined;
  readonly step: number;
}

/** Everything that may happen next. */
export function stepsOf(state: State, rules: Rules): readonly Step[] {
  const steps: Step[] = [];
  const add = (step: Step) => void steps.push(step);
  for (const index of state.writers.keys()) writerSteps(state, index, rules, add);
  for (const index of state.readers.keys()) readerSteps(state, index, rules, add);
  environmentSteps(state, rules, add);
  return steps;
}

/**
 * Goes through every state that can be reached, breadth first, and checks each step on the way: ends with a shortest way to
 * a violation, or with the certainty that there is none in a world of this size.
 */
export function search(size: Size, options: SearchOptions = {}): SearchResult {
  const { properties = PROPERTIES, maxStates = Number.POSITIVE_INFINITY } = options;
  const rules = { ...PROTOCOL, ...options.rules };
  const first = initialState(size);
  const seen = new Set([encode(first)]);
  const steps = new Map<string, number>();
  let transitions = 0;
  let depth = 0;
  let layer: (readonly [State, Way | undefined])[] = [[first, undefined]];
  const result = (complete: boolean, violation?: Violation): SearchResult => {
    return { states: seen.size, transitions, depth, complete, steps, violation };
  };
  for (; layer.length > 0; depth += 1) {
    const following: typeof layer = [];
    for (const [state, from] of layer) {
      for (const [index, step] of stepsOf(state, rules).entries()) {
        transitions += 1;
        steps.set(step.name, (steps.get(step.name) ?? 0) + 1);
        const way = { from, step: index };
        const wrong = broken(step, properties);
        if (wrong !== undefined) return result(false, { ...wrong, trace: replay(first, way, rules) });
        const key = encode(step.next);
        if (seen.has(key)) continue;
        if (seen.size >= maxStates) return result(false);
        seen.add(key);
        following.push([step.next, way]);
      }
    }
    layer = following;
  }
  return result(true);
}

/** The steps of a way, done again. */
function replay(first: State, way: Way, rules: Rules): readonly Step[] {
  const numbers: number[] = [];
  for (let at: Way | undefined = way; at !== undefined; at = at.from) numbers.push(at.step);
  const trace: Step[] = [];
  for (const number of numbers.reverse()) {
    const step = stepsOf(trace.at(-1)?.next ?? first, rules)[number];
    if (step !== undefined) trace.push(step);
  }
  return trace;
}
