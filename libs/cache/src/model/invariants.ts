import { cached, type State } from "./state.ts";
import type { Step } from "./step.ts";

/**
 * What is checked. `stale`: a read is older than what was acknowledged before it started; `backward`: older than what a read
 * that had ended returned. The others are the four statements by which the protocol keeps both from happening.
 */
export type Property = "stale" | "backward" | "newest" | "covered" | "made" | "released";

export const PROPERTIES: readonly Property[] = ["stale", "backward", "newest", "covered", "made", "released"];

/** Says what a step has broken; undefined when all stands. */
export function broken(step: Step, properties: readonly Property[]): { property: Property; text: string } | undefined {
  for (const property of properties) {
    const text = CHECKS[property](step);
    if (text !== undefined) return { property, text };
  }
  return undefined;
}

const CHECKS: Readonly<Record<Property, (step: Step) => string | undefined>> = {
  stale: ({ events }) => {
    const stale = events.find((event) => event.kind === "read" && event.version < event.acknowledged);
    return stale?.kind === "read"
      ? `STALE: version ${stale.version} is read, although version ${stale.acknowledged} was acknowledged before`
      : undefined;
  },
  backward: ({ events }) => {
    const back = events.find((event) => event.kind === "read" && event.version < event.returned);
    return back?.kind === "read"
      ? `BACKWARD: version ${back.version} is read, although version ${back.returned} was returned before`
      : undefined;
  },
  newest: ({ next }) => {
    const values = [cached(next.slot), cached(next.old?.slot)].filter((version) => version !== undefined);
    const wrong = values.find((version) => version !== next.committed);
    return wrong === undefined
      ? undefined
      : `invariant 1: the entry is version ${wrong}, and version ${next.committed} is the newest that is committed`;
  },
  covered: ({ next }) => {
    const bare = next.writers.find(
      (writer) => (writer.tx === "changed" || writer.tx === "committing") && !isCovered(next, writer.token),
    );
    return bare && `invariant 2: ${bare.name} may still commit, and its intent is not in the entry`;
  },
  made: ({ events }) =>
    events.some((event) => event.kind === "value made" && event.overlapped)
      ? "invariant 3: a write that had overlapped with another has made a value"
      : undefined,
  released: ({ events }) =>
    events.some((event) => event.kind === "acknowledged" && !event.released)
      ? "invariant 4: a write is acknowledged, and its release is not confirmed"
      : undefined,
};

/** Its own intent stands, or nothing can become a value before it has ended. */
function isCovered(state: State, token: string): boolean {
  return state.quarantined || (state.slot?.state === "writing" && state.slot.deadlines.has(token));
}
