import { customType } from "drizzle-orm/pg-core";
import { formatMicros, type Micros, parseMicros } from "./micros.ts";

/**
 * A timestamptz that is bigint microseconds since the epoch in TypeScript, so that a cursor or an answer made from it
 * is exact.
 */
export const timestampMicros = customType<{ data: Micros; driverData: string | null }>({
  dataType: () => "timestamp with time zone",
  toDriver: nullable(formatMicros),
  fromDriver: (text) => parseMicros(String(text)),
});

/** A 64-bit transaction id (`pg_current_xact_id()`), a bigint in TypeScript. */
export const xid8 = customType<{ data: bigint; driverData: string | null }>({
  dataType: () => "xid8",
  toDriver: nullable(String),
  fromDriver: (text) => BigInt(String(text)),
});

/** bytea as a Uint8Array; Drizzle has no such column. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array | null }>({
  dataType: () => "bytea",
});

/** Drizzle hands a placeholder's null to the encoder, which its types do not say. */
function nullable<T>(encode: (value: T) => string): (value: T | null) => string | null {
  return (value) => (value === null ? null : encode(value));
}
