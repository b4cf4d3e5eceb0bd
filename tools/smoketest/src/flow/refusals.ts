import { randomUUID } from "node:crypto";
import { Code, type ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ResourceInfoSchema } from "@skyport/proto";
import { equal, includes } from "../check/expect.ts";
import { detailOf, refused } from "../check/expect-error.ts";
import type { Flow } from "./flow.ts";

/** What is wrong is told at once, with every field; what is not there is told as such. */
export async function refusals({ report, clients, tag }: Flow): Promise<void> {
  const { inventory, orders, products } = clients;

  await report.step("CreateProduct names every field at fault at once", async () => {
    const price = { currencyCode: "dollars", units: -1n, nanos: 0 };
    const counts = { passengerCapacity: -1, maximumSpeed: -1, inStock: -1 };
    const product = { id: "/", title: "", ...counts, price };
    const call = products.createProduct({ product, requestId: "again" });
    equal("fields", fieldsOf(await refused(Code.InvalidArgument, "INVALID_FIELDS", call)), [
      "product.id",
      "product.in_stock",
      "product.maximum_speed",
      "product.passenger_capacity",
      "product.price",
      "product.title",
      "request_id",
    ]);
  });
  await report.step("CreateOrder names every line item at fault at once", async () => {
    const lineItems = [
      { productId: "a", quantity: 0 },
      { productId: "a b", quantity: 1 },
      { productId: "c", quantity: 10_001 },
    ];
    const call = orders.createOrder({ order: { lineItems } });
    equal("fields", fieldsOf(await refused(Code.InvalidArgument, "INVALID_FIELDS", call)), [
      "order.line_items[0].quantity",
      "order.line_items[1].product_id",
      "order.line_items[2].quantity",
    ]);
  });
  await report.step("GetOrder refuses an id that is no UUID", async () => {
    const error = await refused(Code.InvalidArgument, "INVALID_FIELDS", orders.getOrder({ id: "1" }));
    equal("fields", fieldsOf(error), ["id"]);
  });
  await report.step("what does not exist is NOT_FOUND, with its name", async () => {
    const id = `none-${tag}`;
    const product = await refused(Code.NotFound, "PRODUCT_NOT_FOUND", products.getProduct({ id }));
    includes("ResourceInfo", detailOf(product, ResourceInfoSchema), { resourceName: `products/${id}` });
    const uuid = randomUUID();
    const order = await refused(Code.NotFound, "ORDER_NOT_FOUND", orders.getOrder({ id: uuid }));
    includes("ResourceInfo", detailOf(order, ResourceInfoSchema), { resourceName: `orders/${uuid}` });
    await refused(Code.NotFound, "ORDER_NOT_FOUND", orders.cancelOrder({ id: uuid }));
    await refused(Code.NotFound, "ORDER_NOT_FOUND", orders.deleteOrder({ id: uuid }));
    const call = inventory.getReservation({ reservationId: uuid });
    await refused(Code.NotFound, "RESERVATION_NOT_FOUND", call);
    const adjust = inventory.adjustStock({ productId: id, delta: 1 });
    await refused(Code.NotFound, "PRODUCT_NOT_FOUND", adjust);
  });
}

/** The fields at fault, each once, sorted. */
function fieldsOf(error: ConnectError): string[] {
  const { fieldViolations } = detailOf(error, BadRequestSchema);
  return [...new Set(fieldViolations.map((violation) => violation.field))].sort();
}
