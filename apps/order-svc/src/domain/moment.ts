/** A moment, as google.protobuf.Timestamp has it. */
export interface Moment {
  /** Since the epoch. */
  readonly seconds: bigint;
  /** 0 to 999,999,999, also before the epoch. */
  readonly nanos: number;
}

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the range of google.protobuf.Timestamp. */
const FIRST_SECOND = -62_135_596_800n;
const LAST_SECOND = 253_402_300_799n;
const LAST_MICROSECOND = LAST_SECOND * 1_000_000n + 999_999n;

/** Whether it lies in the years 1 to 9999, and is written as the contract wants it. */
export function isMoment({ seconds, nanos }: Moment): boolean {
  return seconds >= FIRST_SECOND && seconds <= LAST_SECOND && nanos >= 0 && nanos <= 999_999_999;
}

/**
 * The first whole microsecond that is not before the moment, since the epoch: orders have whole microseconds, so that
 * comparing them with it is comparing them with the moment. After the last microsecond of time comes none: that one.
 */
export function wholeMicros({ seconds, nanos }: Moment): bigint {
  const micros = seconds * 1_000_000n + BigInt(Math.ceil(nanos / 1_000));
  return micros > LAST_MICROSECOND ? LAST_MICROSECOND : micros;
}
