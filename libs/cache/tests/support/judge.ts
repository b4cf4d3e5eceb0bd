import { HistoryChecker, type Operation } from "@skyport/testing";
import type { Recorder } from "./recorder.ts";

/** What is wrong with the operations on one key, one line each; nothing, in a world that keeps the promise. */
export function violations(operations: readonly Operation[]): readonly string[] {
  const checker = new HistoryChecker();
  for (const operation of operations) checker.add(operation);
  return checker.check().violations.map(({ text }) => text);
}

/** As `violations`, for all that these instances did with a key; and the calls of theirs that hung or failed untyped. */
export function judge(key: string, ...recorders: readonly Recorder[]): readonly string[] {
  const operations = recorders.flatMap((recorder) => recorder.of(key));
  if (!operations.some(({ kind }) => kind === "read")) return [`nobody has read ${key}`];
  return [...violations(operations), ...recorders.flatMap(({ faults }) => faults)];
}
