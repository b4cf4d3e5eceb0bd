/**
 * A text property of an error, or undefined. It asks no class: errors of Node's core, of an abort and of another realm
 * fail `instanceof Error` in places, and have these all the same.
 */
export function errorText(error: unknown, property: "code" | "name" | "message" | "stack"): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const value: unknown = Reflect.get(error, property);
  return typeof value === "string" ? value : undefined;
}

/** The cause of an error, or undefined. */
export function errorCause(error: unknown): unknown {
  return typeof error === "object" && error !== null ? Reflect.get(error, "cause") : undefined;
}

/** The error and its causes, from the outside in; at most ten, so that a ring ends. */
export function* causes(error: unknown): Generator<unknown> {
  let current = error;
  for (let depth = 0; depth < 10 && current !== undefined && current !== null; depth++) {
    yield current;
    current = errorCause(current);
  }
}

/** Whether work ended because a signal aborted. */
export function isAbort(error: unknown): boolean {
  return errorText(error, "name") === "AbortError";
}
