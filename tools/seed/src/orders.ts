import { createHash } from "node:crypto";
import { type Dollars, makeProduct, productId } from "./products.ts";
import { Random } from "./random.ts";

/** One product in an order to create. Without a price it is the product's. */
export interface SeedLineItem {
  readonly productId: string;
  readonly quantity: number;
  readonly unitPrice?: Dollars;
}

/** An order to create. */
export interface SeedOrder {
  readonly lineItems: readonly SeedLineItem[];
  /** A UUID that follows from the order's number and content: a second run gets the order of the first. */
  readonly requestId: string;
  /** Whether the customer changes their mind. */
  readonly cancelled: boolean;
}

const CANCELLED = 0.06;
/** How many lines have a price of their own: a tenth off. */
const DISCOUNTED = 0.12;
/** How often a line looks for another product when the first is sold out from the start. */
const TRIES = 3;

/** A seed's order number `index`, for some of its first `products` products: always the same one. */
export function makeOrder(seed: number, index: number, products: number): SeedOrder {
  const random = new Random(`${seed}/order/${index}`);
  const lineCount = random.pick([1, 1, 1, 2, 2, 3, 4, 6]);
  const chosen = new Set(Array.from({ length: lineCount }, () => chooseProduct(random, seed, products)));
  const lineItems = [...chosen].map((product) => makeLine(random, seed, product));
  const cancelled = random.chance(CANCELLED);
  return { lineItems, cancelled, requestId: requestIdOf(seed, index, lineItems) };
}

/** Products with low numbers are ordered more often: a shop has its favourites. */
function chooseProduct(random: Random, seed: number, products: number): number {
  let index = 0;
  for (let tries = 0; tries < TRIES; tries++) {
    index = Math.floor(Math.min(random.fraction(), random.fraction()) * products);
    if (makeProduct(seed, index).inStock > 0) break;
  }
  return index;
}

function makeLine(random: Random, seed: number, index: number): SeedLineItem {
  const line = { productId: productId(seed, index), quantity: random.pick([1, 1, 1, 1, 2, 2, 3]) };
  if (!random.chance(DISCOUNTED)) return line;
  const { units } = makeProduct(seed, index).price;
  return { ...line, unitPrice: { currencyCode: "USD", units: (units * 9n) / 10n, nanos: 0 } };
}

/** A UUID of version 8, whose content is the maker's own (RFC 9562): a hash. */
function requestIdOf(seed: number, index: number, lineItems: readonly SeedLineItem[]): string {
  const lines = lineItems.map(
    ({ productId: id, quantity, unitPrice }) => `${id}*${quantity}@${unitPrice?.units ?? ""}`,
  );
  const hash = createHash("sha256")
    .update(`skyport seed ${seed}/order/${index}:${lines.join(",")}`)
    .digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
