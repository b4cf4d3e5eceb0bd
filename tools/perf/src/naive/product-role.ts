import type { NaiveProduct, NaiveStore } from "./store.ts";
import { type Handler, type Json, Refused } from "./wire.ts";

function toProduct(message: Json): NaiveProduct {
  const price = message["price"];
  const units = typeof price === "object" && price !== null && "units" in price ? String(price.units) : "0";
  return {
    id: String(message["id"]),
    title: String(message["title"] ?? ""),
    passengerCapacity: Number(message["passengerCapacity"] ?? 0),
    maximumSpeed: Number(message["maximumSpeed"] ?? 0),
    inStock: Number(message["inStock"] ?? 0),
    price: { currencyCode: "EUR", units },
  };
}

/** The role that owns products. With `cache` it keeps what it has read until somebody writes it. */
export function productRole(store: NaiveStore, cache: boolean): Readonly<Record<string, Handler>> {
  let list: Promise<NaiveProduct[]> | undefined;
  const known = new Map<string, NaiveProduct>();
  const forget = (id: string): void => {
    list = undefined;
    known.delete(id);
  };
  return {
    async list() {
      if (!cache) return { products: await store.all() };
      list ??= store.all();
      return { products: await list };
    },
    async get({ id }) {
      const key = String(id);
      const product = known.get(key) ?? (await store.product(key));
      if (product === undefined) throw new Refused(`product ${key} is not there`, 404);
      if (cache) known.set(key, product);
      return { product };
    },
    async create(message) {
      const product = toProduct(message);
      await store.addProduct(product);
      forget(product.id);
      return { product };
    },
    async take({ id, quantity }) {
      await store.take(String(id), Number(quantity));
      forget(String(id));
      return {};
    },
  };
}
