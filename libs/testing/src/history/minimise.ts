import { HistoryChecker } from "./checker.ts";
import type { Operation } from "./operation.ts";
import type { Violation } from "./verdict.ts";

/**
 * The fewest operations that still show the violation, in the order of their starts. `operations` are those that were
 * checked; the violation's evidence is added to them. Taking away any one of the result takes away the violation: delta
 * debugging (Zeller and Hildebrandt, 2002), with the checker as the test.
 *
 * Should the violation need operations of an earlier round that are in neither, all that is known of it is returned.
 */
export function minimise(operations: Iterable<Operation>, violation: Violation): readonly Operation[] {
  const evidence = inOrder(violation.evidence);
  if (shows(evidence, violation)) return reduce(evidence, violation);
  const { key, end } = violation.read;
  const ofKey = inOrder([...operations, ...evidence].filter((each) => each.key === key && each.start <= end));
  return shows(ofKey, violation) ? reduce(ofKey, violation) : evidence;
}

function shows(operations: readonly Operation[], { kind, read, because }: Violation): boolean {
  const checker = new HistoryChecker({ maxViolations: Number.POSITIVE_INFINITY });
  for (const operation of operations) checker.add(operation);
  return checker
    .check()
    .violations.some((each) => each.kind === kind && isSame(each.read, read) && isSame(each.because, because));
}

/** Leaves out ever smaller pieces, as long as the violation stays. */
function reduce(all: readonly Operation[], violation: Violation): readonly Operation[] {
  let kept = all;
  for (let size = Math.ceil(kept.length / 2); size > 0; ) {
    const before = kept.length;
    for (let from = 0; from < kept.length; ) {
      const rest = kept.toSpliced(from, size);
      if (shows(rest, violation)) kept = rest;
      else from += size;
    }
    if (size > 1) size = Math.ceil(size / 2);
    else if (kept.length === before) break;
  }
  return kept;
}

/** Operations that were read from a journal twice are not the same objects. */
function isSame(one: Operation | undefined, other: Operation | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return identity(one) === identity(other);
}

function identity(operation: Operation): string {
  const { kind, process, start } = operation;
  const what = kind === "read" ? `${operation.end} ${operation.seen.version} ${operation.seen.mark}` : operation.mark;
  return `${kind} ${process} ${start} ${what}`;
}

/** Without repetitions, by start. */
export function inOrder(operations: Iterable<Operation>): readonly Operation[] {
  return [...new Set(operations)].sort((a, b) => (a.start === b.start ? 0 : a.start - b.start));
}
