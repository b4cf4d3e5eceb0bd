import { at, equal, holds, includes } from "../check/expect.ts";
import { Surprise, Words } from "../check/surprise.ts";
import type { Cleanup } from "../cleanup.ts";
import type { Addresses } from "../config.ts";
import type { Report } from "../report.ts";
import { failed, succeeded } from "./expect-answer.ts";
import { type Answer, post } from "./json.ts";

const PRODUCTS = "skyport.product.v1.ProductService";
const ORDERS = "skyport.order.v1.OrderService";

/** The exercise's own product, by its own name; 64-bit numbers are strings in proto3 JSON. */
const PRODUCT = { id: "the_odyssey", title: "The Odyssey", passengerCapacity: 101, maximumSpeed: 5, inStock: 10 };
const PRICE = { currencyCode: "USD", units: "100000", nanos: 990000000 };

/** The exercise with nothing but fetch and JSON: what a browser or curl does. */
export async function exerciseByFetch(
  report: Report,
  cleanup: Cleanup,
  orderIds: Set<string>,
  { productUrl, orderUrl }: Addresses,
): Promise<void> {
  const { id } = PRODUCT;
  const removeProduct = () => post(productUrl, `${PRODUCTS}/DeleteProduct`, { id });
  let imageUri: unknown;

  await report.step(`DeleteProduct removes what an earlier run has left of ${id}`, async () => {
    gone(await removeProduct());
    cleanup.add(`product ${id}`, async () => gone(await removeProduct()));
  });
  await report.step("CreateProduct answers the product as it was stored", async () => {
    const body = succeeded(await post(productUrl, `${PRODUCTS}/CreateProduct`, { product: PRODUCT }), {
      product: PRODUCT,
    });
    imageUri = at(body, "product.imageUri");
    holds("product.imageUri", imageUri, `…/${id}.jpg`, String(imageUri).endsWith(`/${id}.jpg`));
    const createTime = String(at(body, "product.createTime"));
    holds("product.createTime", createTime, "a time in UTC", /^\d{4}-\d\d-\d\dT.*Z$/.test(createTime));
  });
  await report.step("GetProduct shows stock 10", async () => {
    const body = succeeded(await post(productUrl, `${PRODUCTS}/GetProduct`, { id }));
    includes("product", at(body, "product"), { ...PRODUCT, imageUri });
  });
  const orderId = await report.step(
    "CreateOrder of 1 at 100000.99 is confirmed (snake_case is understood too)",
    async () => {
      const order = { line_items: [{ product_id: id, quantity: 1, unit_price: PRICE }] };
      const body = succeeded(await post(orderUrl, `${ORDERS}/CreateOrder`, { order }), {
        order: { state: "ORDER_STATE_CONFIRMED", total: PRICE, lineItems: [{ productId: id, title: PRODUCT.title }] },
      });
      const made = String(at(body, "order.id"));
      orderIds.add(made);
      cleanup.add(`order ${made}`, async () => gone(await post(orderUrl, `${ORDERS}/DeleteOrder`, { id: made })));
      return made;
    },
  );
  await report.step("GetOrder shows stock 9 and the product's picture", async () => {
    const body = succeeded(await post(orderUrl, `${ORDERS}/GetOrder`, { id: orderId }));
    includes("order.lineItems.0", at(body, "order.lineItems.0"), {
      quantity: 1,
      unitPrice: PRICE,
      imageUri,
      product: { ...PRODUCT, inStock: 9, imageUri },
    });
  });
  await report.step("ListOrders finds the order by its product", async () => {
    const filter = { productId: id };
    const body = succeeded(await post(orderUrl, `${ORDERS}/ListOrders`, { filter, pageSize: 1 }));
    equal("orders.0.id", at(body, "orders.0.id"), orderId);
  });
  await report.step("CreateProduct again is 409, with a reason to read", async () => {
    const answer = await post(productUrl, `${PRODUCTS}/CreateProduct`, { product: PRODUCT });
    failed(answer, 409, "already_exists", "PRODUCT_ALREADY_EXISTS");
  });
  await report.step("DeleteOrder and DeleteProduct remove both", async () => {
    succeeded(await post(orderUrl, `${ORDERS}/DeleteOrder`, { id: orderId }));
    failed(await post(orderUrl, `${ORDERS}/GetOrder`, { id: orderId }), 404, "not_found", "ORDER_NOT_FOUND");
    succeeded(await removeProduct());
    failed(await post(productUrl, `${PRODUCTS}/GetProduct`, { id }), 404, "not_found", "PRODUCT_NOT_FOUND");
  });
}

/** What was to be removed was there and is gone, or was not there. */
function gone({ status, json, text }: Answer): void {
  if (status === 200 || at(json, "code") === "not_found") return;
  throw new Surprise("the removal", new Words("HTTP 200, or not_found"), new Words(`HTTP ${status} ${text}`));
}
