/** An exact amount of money: units and billionths of a unit, as google.type.Money has it. */
export interface Money {
  readonly currencyCode: string;
  readonly units: bigint;
  readonly nanos: number;
}

/** What a caller decides about a product. */
export interface ProductFields {
  readonly title: string;
  readonly passengerCapacity: number;
  readonly maximumSpeed: number;
  readonly inStock: number;
  readonly price: Money | undefined;
}

/** A product as it is stored. Times are microseconds since the epoch. */
export interface Product extends ProductFields {
  readonly id: string;
  /** Tells apart the incarnations of an id that was deleted and created again. */
  readonly key: bigint;
  /** Grows with every change of any product; etag and cache version. */
  readonly revision: bigint;
  readonly createTime: bigint;
  readonly updateTime: bigint;
}

/** The largest stock that the contract can tell. */
export const MAX_STOCK = 2_147_483_647;
