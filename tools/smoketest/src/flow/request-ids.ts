import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { ResourceInfoSchema } from "@skyport/proto";
import { equal, includes, present } from "../check/expect.ts";
import { detailOf, refused } from "../check/expect-error.ts";
import { type Flow, rememberOrder, stockOf } from "./flow.ts";

/** Repeats of creating calls, with a request_id and without. */
export async function requestIds(flow: Flow): Promise<void> {
  const { report, clients, cleanup, tag } = flow;
  const { products, orders } = clients;
  const id = `repeat-${tag}`;
  const product = { id, title: "Repeat", inStock: 10, price: { currencyCode: "USD", units: 3n, nanos: 0 } };
  const request = { product, requestId: randomUUID() };
  cleanup.add(`product ${id}`, () => products.deleteProduct({ id }));

  await report.step("CreateProduct with the same request_id gets the first answer", async () => {
    const first = await products.createProduct(request);
    includes("product", first.product, { id, inStock: 10 });
    equal("the repeat's answer", await products.createProduct(request), first);
  });
  await report.step("CreateProduct refuses the request_id for another product", async () => {
    const call = products.createProduct({ ...request, product: { ...product, title: "Other" } });
    await refused(Code.InvalidArgument, "REQUEST_ID_REUSED", call);
  });
  await report.step("CreateProduct refuses an id that is taken", async () => {
    const error = await refused(Code.AlreadyExists, "PRODUCT_ALREADY_EXISTS", products.createProduct({ product }));
    includes("ResourceInfo", detailOf(error, ResourceInfoSchema), {
      resourceType: "skyport.product.v1.Product",
      resourceName: `products/${id}`,
    });
  });
  await report.step("CreateOrder with the same request_id gets the first order, and takes no more stock", async () => {
    const twice = { order: { lineItems: [{ productId: id, quantity: 2 }] }, requestId: randomUUID() };
    const first = await orders.createOrder(twice);
    rememberOrder(flow, present("order", first.order).id);
    equal("the repeat's answer", await orders.createOrder(twice), first);
    equal("stock", await stockOf(flow, id), 8);
    const other = { ...twice, order: { lineItems: [{ productId: id, quantity: 3 }] } };
    await refused(Code.InvalidArgument, "REQUEST_ID_REUSED", orders.createOrder(other));
  });
}
