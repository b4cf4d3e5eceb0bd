/** An exact amount of money: units and billionths of a unit, as google.type.Money has it. */
export interface Money {
  /** ISO 4217. */
  readonly currencyCode: string;
  readonly units: bigint;
  /** 0 to 999,999,999; amounts are never negative here. */
  readonly nanos: number;
}

const NANOS_PER_UNIT = 1_000_000_000n;
const MAX_UNITS = 2n ** 63n - 1n;

/** `quantity` times an amount, exactly. */
export function times(amount: Money, quantity: number): Money {
  return fromNanos(amount.currencyCode, toNanos(amount) * BigInt(quantity));
}

/** The exact sum of amounts in one currency; undefined for none. */
export function sum(amounts: readonly Money[]): Money | undefined {
  const [first] = amounts;
  if (first === undefined) return undefined;
  const nanos = amounts.reduce((total, amount) => total + toNanos(amount), 0n);
  return fromNanos(first.currencyCode, nanos);
}

/** Whether the contract can tell the amount: its units fit an int64. */
export function isRepresentable(amount: Money): boolean {
  return amount.units <= MAX_UNITS;
}

function toNanos({ units, nanos }: Money): bigint {
  return units * NANOS_PER_UNIT + BigInt(nanos);
}

function fromNanos(currencyCode: string, nanos: bigint): Money {
  return { currencyCode, units: nanos / NANOS_PER_UNIT, nanos: Number(nanos % NANOS_PER_UNIT) };
}
