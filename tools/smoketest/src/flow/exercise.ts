import { OrderState } from "@skyport/proto";
import { equal, holds, includes, present } from "../check/expect.ts";
import { createOrder, createProduct, type Flow, PRICE } from "./flow.ts";

/** The exercise: a product, an order of one, and what both look like afterwards. */
export async function exercise(flow: Flow): Promise<void> {
  const { report, clients, tag } = flow;
  const id = `the_odyssey-${tag}`;
  const fields = { id, title: "The Odyssey", passengerCapacity: 101, maximumSpeed: 5, inStock: 10 };

  const product = await report.step("CreateProduct answers the product as it was stored", async () => {
    const created = await createProduct(flow, fields);
    includes("product", created, { ...fields, price: undefined });
    holds("product.imageUri", created.imageUri, `…/${id}.jpg`, created.imageUri.endsWith(`/${id}.jpg`));
    holds("product.etag", created.etag, "an etag", created.etag !== "");
    present("product.createTime", created.createTime);
    equal("product.updateTime", created.updateTime, created.createTime);
    return created;
  });
  await report.step("GetProduct shows the same, stock 10", async () => {
    equal("product", (await clients.products.getProduct({ id })).product, product);
  });
  const order = await report.step("CreateOrder of 1 at 100000.99 is confirmed", async () => {
    const created = await createOrder(flow, { productId: id, quantity: 1, unitPrice: PRICE });
    const lineItems = [{ productId: id, quantity: 1, unitPrice: PRICE, title: "The Odyssey" }];
    includes("order", created, { state: OrderState.CONFIRMED, lineItems, total: PRICE });
    present("order.createTime", created.createTime);
    return created;
  });
  await report.step("GetOrder shows stock 9 and the product's picture", async () => {
    const response = await clients.orders.getOrder({ id: order.id });
    const lineItem = { imageUri: product.imageUri, product: { ...fields, inStock: 9, imageUri: product.imageUri } };
    includes("response", response, {
      order: { id: order.id, state: OrderState.CONFIRMED, total: PRICE, etag: order.etag, lineItems: [lineItem] },
      unreachable: [],
    });
  });
  await report.step("GetProduct shows stock 9 and another etag", async () => {
    const { product: now } = await clients.products.getProduct({ id });
    includes("product", now, { inStock: 9, createTime: product.createTime });
    holds("product.etag", now?.etag, `another than ${product.etag}`, now?.etag !== product.etag);
  });
}
