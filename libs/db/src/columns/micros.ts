/** Microseconds since the epoch: exact in PostgreSQL and in a bigint; a JS Date would drop three digits. */
export type Micros = bigint;

/** google.protobuf.Timestamp's fields, without depending on generated code. */
export interface TimestampShape {
  readonly seconds: bigint;
  readonly nanos: number;
}

const MICROS_PER_SECOND = 1_000_000n;
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z, the range of google.protobuf.Timestamp. */
const MIN_MICROS = -62_135_596_800n * MICROS_PER_SECOND;
const MAX_MICROS = 253_402_300_800n * MICROS_PER_SECOND - 1n;

/** Floor division: times before the epoch have a whole second below and a positive fraction. */
function split(micros: Micros): { readonly seconds: bigint; readonly fraction: bigint } {
  const fraction = ((micros % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND;
  return { seconds: (micros - fraction) / MICROS_PER_SECOND, fraction };
}

/** Microseconds to a google.protobuf.Timestamp. */
export function microsToTimestamp(micros: Micros): TimestampShape {
  const { seconds, fraction } = split(micros);
  return { seconds, nanos: Number(fraction) * 1_000 };
}

/** A google.protobuf.Timestamp to microseconds; nanoseconds beyond are cut off, towards the past. */
export function timestampToMicros({ seconds, nanos }: TimestampShape): Micros {
  return seconds * MICROS_PER_SECOND + BigInt(Math.floor(nanos / 1_000));
}

/**
 * Microseconds to the text of a timestamptz.
 *
 * @throws RangeError outside the years 1 to 9999.
 */
export function formatMicros(micros: Micros): string {
  if (micros < MIN_MICROS || micros > MAX_MICROS) throw new RangeError(`time out of range: ${micros}`);
  const { seconds, fraction } = split(micros);
  // Whole seconds are exact in a Date's milliseconds.
  const second = new Date(Number(seconds) * 1_000).toISOString().slice(0, 19);
  return `${second}.${fraction.toString().padStart(6, "0")}+00`;
}

const TIMESTAMPTZ =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?\+00$/;
/** The calendar repeats itself after 400 years. `Date.UTC` takes a year below 100 for one of the 20th century. */
const CYCLE_YEARS = 400;
const CYCLE_MS = 146_097 * 86_400_000;

/**
 * The text of a timestamptz, in a session whose TimeZone is UTC and DateStyle ISO, to microseconds. A page of a list holds a
 * hundred of them: by groups of the expression and `Date.parse` they took a tenth of its time.
 *
 * @throws RangeError for infinity, and for years outside 1 to 9999.
 */
export function parseMicros(text: string): Micros {
  if (!TIMESTAMPTZ.test(text)) throw new RangeError(`not a timestamptz of the years 1 to 9999 in UTC: ${text}`);
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2) + CYCLE_YEARS;
  const [month, day] = [twoDigits(text, 5) - 1, twoDigits(text, 8)];
  const ms = Date.UTC(year, month, day, twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)) - CYCLE_MS;
  const fraction = Number(text.slice(20, -3).padEnd(6, "0"));
  const micros = ms * 1_000 + fraction;
  // One bigint is made instead of three, unless the year is after 2255.
  return Number.isSafeInteger(micros) ? BigInt(micros) : BigInt(ms) * 1_000n + BigInt(fraction);
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}

const ZERO = 0x30;
