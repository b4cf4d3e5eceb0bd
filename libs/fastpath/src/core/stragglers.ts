/** Something that is usually over before the event loop has turned. */
export interface Straggler {
  /** Called once, after the loop has turned, whether it is over or not. */
  late(): void;
}

let waiting: Straggler[] = [];

function turn(): void {
  const late = waiting;
  waiting = [];
  for (const item of late) item.late();
}

/**
 * Calls `item.late()` when the event loop has turned. Most calls are answered by then, so that a timer for each of them,
 * set and cleared, would be work for nothing: only those that are late set one.
 */
export function whenLate(item: Straggler): void {
  if (waiting.push(item) === 1) setImmediate(turn);
}
