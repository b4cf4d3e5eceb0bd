import { type DomainError, notFound, outOfStock, type PreconditionViolation } from "@skyport/errors";
import type { Price } from "./product-server.ts";

/** A product as a test puts it on the shelf. */
export interface ShelvedProduct {
  readonly title: string;
  readonly inStock: number;
  readonly price: Price;
}

interface Item {
  readonly productId: string;
  readonly quantity: number;
}

interface Held {
  readonly generation: number;
  readonly items: readonly Item[];
  readonly refusals: ReadonlyMap<number, DomainError>;
}

const NOTHING: Held = { generation: 0, items: [], refusals: new Map() };

/** Products and reservations in memory: what the contract of SetReservation says, and no more. */
export class Shelf {
  readonly #products = new Map<string, ShelvedProduct>();
  readonly #held = new Map<string, Held>();

  put(id: string, product: ShelvedProduct): void {
    this.#products.set(id, product);
  }

  remove(id: string): void {
    this.#products.delete(id);
  }

  find(id: string): ShelvedProduct | undefined {
    return this.#products.get(id);
  }

  stockOf(id: string): number | undefined {
    return this.#products.get(id)?.inStock;
  }

  /** What a reservation holds. */
  held(reservationId: string): Held {
    return this.#held.get(reservationId) ?? NOTHING;
  }

  /** Throws the refusal of the generation, now or again. */
  reserve(id: string, generation: number, items: readonly Item[]): Held {
    const held = this.held(id);
    const refused = held.refusals.get(generation);
    if (refused !== undefined) throw refused;
    if (generation <= held.generation) return held;
    const refusal = this.#refusal(held, items);
    if (refusal !== undefined) {
      this.#held.set(id, { ...held, generation, refusals: new Map([...held.refusals, [generation, refusal]]) });
      throw refusal;
    }
    for (const { productId, quantity } of held.items) this.#move(productId, quantity);
    for (const { productId, quantity } of items) this.#move(productId, -quantity);
    const decided = { ...held, generation, items: [...items] };
    this.#held.set(id, decided);
    return decided;
  }

  #refusal(held: Held, items: readonly Item[]): DomainError | undefined {
    const missing = items.filter(({ productId }) => !this.#products.has(productId));
    const own = new Map(held.items.map(({ productId, quantity }) => [productId, quantity]));
    const short = items.flatMap(({ productId, quantity }): PreconditionViolation[] => {
      const inStock = this.stockOf(productId) ?? quantity;
      const take = quantity - (own.get(productId) ?? 0);
      const description = `${take} wanted, ${inStock} left`;
      return take > inStock ? [{ type: "OUT_OF_STOCK", subject: `products/${productId}`, description }] : [];
    });
    if (short.length > 0) return outOfStock(short);
    return missing.length > 0 ? notFound("product", ...missing.map(({ productId }) => productId)) : undefined;
  }

  #move(id: string, by: number): void {
    const product = this.#products.get(id);
    if (product !== undefined) this.#products.set(id, { ...product, inStock: product.inStock + by });
  }
}
