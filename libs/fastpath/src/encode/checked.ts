import { doubt } from "./doubt.ts";

/*
 * Values of the type that they should have. protobuf-es takes some that have another, and has an error for the others.
 */

export function asString(value: unknown): string {
  return typeof value === "string" ? value : doubt();
}

export function asBoolean(value: unknown): boolean {
  return typeof value === "boolean" ? value : doubt();
}

export function asBytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : doubt();
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : doubt();
}

export function asNumber(value: unknown): number {
  return typeof value === "number" ? value : doubt();
}

export function asInt32(value: unknown): number {
  return typeof value === "number" && value === (value | 0) ? value : doubt();
}

export function asUint32(value: unknown): number {
  return typeof value === "number" && value === value >>> 0 ? value : doubt();
}

/** There is more than one NaN in the binary format. */
export function asDouble(value: unknown): number {
  return typeof value === "number" && !Number.isNaN(value) ? value : doubt();
}

export function asFloat(value: unknown): number {
  const number = asDouble(value);
  return Number.isFinite(Math.fround(number)) || !Number.isFinite(number) ? number : doubt();
}

export function asInt64(value: unknown): bigint {
  const long = asBigint(value);
  return BigInt.asIntN(64, long) === long ? long : doubt();
}

export function asUint64(value: unknown): bigint {
  const long = asBigint(value);
  return BigInt.asUintN(64, long) === long ? long : doubt();
}

function asBigint(value: unknown): bigint {
  if (typeof value === "bigint") return value;
  // A field with `jstype = JS_STRING`.
  return typeof value === "string" && /^-?\d{1,20}$/.test(value) ? BigInt(value) : doubt();
}
