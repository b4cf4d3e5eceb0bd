import { isDeepStrictEqual } from "node:util";
import { Surprise, Words } from "./surprise.ts";

/** Both are equal, all the way down. */
export function equal(what: string, came: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(came, expected)) throw new Surprise(what, expected, came);
}

/** What came has at least the expected fields, with the expected values, all the way down; lists have equal length. */
export function includes(what: string, came: unknown, expected: unknown): void {
  if (Array.isArray(expected)) {
    if (!Array.isArray(came)) throw new Surprise(what, expected, came);
    equal(`${what}.length`, came.length, expected.length);
    for (const [index, item] of expected.entries()) includes(`${what}[${index}]`, came[index], item);
  } else if (isRecord(expected)) {
    if (!isRecord(came)) throw new Surprise(what, expected, came);
    for (const [key, value] of Object.entries(expected)) includes(`${what}.${key}`, came[key], value);
  } else equal(what, came, expected);
}

/** A condition that `expected` puts in words holds for what came. */
export function holds(what: string, came: unknown, expected: string, condition: boolean): void {
  if (!condition) throw new Surprise(what, new Words(expected), came);
}

/** What came is there, and is returned. */
export function present<T>(what: string, came: T | undefined | null): T {
  if (came === undefined || came === null) throw new Surprise(what, new Words("something"), came);
  return came;
}

/**
 * The value at a path of names and positions, `order.lineItems.0.unitPrice`; undefined where there is none. For JSON,
 * whose shape nobody has promised.
 */
export function at(json: unknown, path: string): unknown {
  let value = json;
  for (const name of path.split(".")) {
    value = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
