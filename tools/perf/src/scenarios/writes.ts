import type { JsonObject } from "@bufbuild/protobuf";
import { OrderService, ProductService } from "@skyport/proto";
import { productId } from "../stage/keys.ts";
import type { Scenario, ScenarioCall } from "./scenario.ts";
import { someProducts } from "./spread.ts";

const { getProduct, updateProduct } = ProductService.method;
const { createOrder } = OrderService.method;

const ROWS = 1_000;
const HOT_ROWS = 100;
/** Of the mix: one call in so many is a write. */
const WRITE_EVERY = 10;
/** Callers of one hot row are told to try again when too many of them wait: that is no fault of the run. */
const CONTENTION = 0.05;

function update(id: string, n: number): ScenarioCall {
  return { method: updateProduct, message: { product: { id, title: `Renamed ${n}` }, updateMask: "title" } };
}

function order(id: string): ScenarioCall {
  const message: JsonObject = { order: { lineItems: [{ productId: id, quantity: 1 }] } };
  return { method: createOrder, message };
}

export const UPDATE: Scenario = {
  name: "UpdateProduct",
  service: "product",
  writes: true,
  calls: async (shop) => someProducts(shop, ROWS).map(update),
};

export const ORDER_SPREAD: Scenario = {
  name: "CreateOrder, spread",
  service: "order",
  writes: true,
  calls: async (shop) => someProducts(shop, ROWS).map(order),
};

export const ORDER_HOT: Scenario = {
  name: "CreateOrder, one hot product",
  service: "order",
  writes: true,
  mayFail: CONTENTION,
  calls: async () => [order(productId(1))],
};

export const MIX: Scenario = {
  name: "90 % GetProduct, 10 % UpdateProduct",
  service: "product",
  writes: true,
  async calls(shop) {
    const ids = someProducts(shop, HOT_ROWS);
    return ids.map((id, n) => (n % WRITE_EVERY === 0 ? update(id, n) : { method: getProduct, message: { id } }));
  },
};
