import type { Slot } from "../protocol/slot.ts";
import type { SearchResult, Violation } from "./search.ts";
import { cached } from "./state.ts";

/** What a key holds, in short: `V2`, `L of R1`, `W of A1, B1 (contended)`. */
export function renderSlot(slot: Slot): string {
  if (slot === undefined) return "nothing";
  if (slot.state === "value") return `version ${cached(slot)}`;
  if (slot.state === "lease") return `lease of ${slot.token}`;
  return `intents of ${[...slot.deadlines.keys()].join(", ")}${slot.contended ? ", contended" : ""}`;
}

/** A violation as a list of steps, each with what the entry holds after it. */
export function renderViolation({ text, trace }: Violation): string {
  const width = Math.max(...trace.map((step) => step.text.length));
  const lines = trace.map((step, index) => {
    const { slot, old, committed } = step.next;
    const before = old === undefined ? "" : ` | before: ${renderSlot(old.slot)}`;
    return `${String(index + 1).padStart(3)}. ${step.text.padEnd(width)}   database: ${committed}, entry: ${renderSlot(slot)}${before}`;
  });
  return [...lines, `     ${text}`].join("\n");
}

/** One line of numbers, and the violation where there is one. */
export function renderResult({ states, transitions, depth, complete, violation }: SearchResult): string {
  const numbers = `${states.toLocaleString("en")} states, ${transitions.toLocaleString("en")} steps, depth ${depth}`;
  if (violation !== undefined) return `${numbers}\n${renderViolation(violation)}`;
  return `${numbers}, ${complete ? "all of them, and no violation" : "and more that were not looked at"}`;
}
