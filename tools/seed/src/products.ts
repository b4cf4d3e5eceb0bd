import { Random } from "./random.ts";
import { ADJECTIVES, CLASSES, MARKS, NOUNS, PLACES, type VesselClass } from "./words.ts";

/** An amount in US dollars, as google.type.Money has it. */
export interface Dollars {
  readonly currencyCode: "USD";
  readonly units: bigint;
  readonly nanos: number;
}

/** A product to create. */
export interface SeedProduct {
  readonly id: string;
  readonly title: string;
  readonly passengerCapacity: number;
  readonly maximumSpeed: number;
  readonly inStock: number;
  readonly price: Dollars;
}

/** How many of the products are sold out from the start. */
const SOLD_OUT = 0.04;

/** The id of a seed's product number `index`; it tells the seed, so that seeds do not meet. */
export function productId(seed: number, index: number): string {
  return `seed-${seed}-${String(index).padStart(6, "0")}`;
}

/** A seed's product number `index`: always the same one. */
export function makeProduct(seed: number, index: number): SeedProduct {
  const random = new Random(`${seed}/product/${index}`);
  const vessel = random.pick(CLASSES);
  return {
    id: productId(seed, index),
    title: makeTitle(random, vessel),
    passengerCapacity: mostlySmall(random, vessel.capacity),
    maximumSpeed: random.between(...vessel.speed),
    price: makePrice(random, vessel),
    inStock: random.chance(SOLD_OUT) ? 0 : mostlySmall(random, vessel.stock),
  };
}

function makeTitle(random: Random, vessel: VesselClass): string {
  const adjective = random.pick(ADJECTIVES);
  const noun = random.pick(NOUNS);
  const place = random.pick(PLACES);
  const name = random.pick([
    `The ${adjective} ${noun}`,
    `${adjective} ${noun}`,
    `${noun} of ${place}`,
    `The ${noun} of ${place}`,
    `${place} ${vessel.name}`,
    `${adjective} ${noun} ${vessel.name}`,
    `${place} ${noun}`,
  ]);
  return random.chance(0.25) ? `${name} ${random.pick(MARKS)}` : name;
}

/** Prices as shops write them: three digits that matter, then 0, .50, .95 or .99. */
function makePrice(random: Random, vessel: VesselClass): Dollars {
  const amount = mostlySmall(random, vessel.price);
  const step = 10 ** Math.max(0, Math.floor(Math.log10(amount)) - 2);
  const nanos = random.pick([0, 0, 500_000_000, 950_000_000, 990_000_000]);
  return { currencyCode: "USD", units: BigInt(Math.floor(amount / step) * step), nanos };
}

/** Within a range, small values more often than large ones. */
function mostlySmall(random: Random, [min, max]: readonly [number, number]): number {
  return min + Math.floor(random.fraction() ** 2 * (max - min + 1));
}
