import { formatArray } from "./arrays.ts";

/**
 * A parameter in PostgreSQL's text format. The library encodes parameters itself, before the driver sees them, for
 * two reasons: a value that cannot be encoded fails here, alone, while inside postgres.js it would fail whichever
 * statement is in flight; and postgres.js encodes a second time when it repeats a statement whose plan became
 * invalid, which turns `true` into `false`.
 *
 * Types are left to the server to infer, so that one SQL text is one prepared statement; where it cannot, cast:
 * `$1::text[]`.
 *
 * @throws TypeError for undefined, a Date (times are bigint microseconds here) or any other object: Drizzle's column
 * types have turned those into text before.
 */
export function encodeParameter(value: unknown): string | null {
  if (value === null) return null;
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    default:
      if (value instanceof Uint8Array) return bytea(value);
      if (Array.isArray(value)) return formatArray(value, encodeParameter);
      throw new TypeError(`cannot send ${describe(value)} to the database`);
  }
}

function bytea(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}

function describe(value: unknown): string {
  return typeof value === "object" && value !== null ? `an object (${value.constructor?.name})` : `${typeof value}`;
}
