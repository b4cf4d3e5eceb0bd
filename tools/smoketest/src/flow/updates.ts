import { Code } from "@connectrpc/connect";
import { BadRequestSchema } from "@skyport/proto";
import { equal, holds, includes, present } from "../check/expect.ts";
import { detailOf, refused } from "../check/expect-error.ts";
import { createProduct, type Flow } from "./flow.ts";

/** UpdateProduct and DeleteProduct: masks, presence and etags. */
export async function updates(flow: Flow): Promise<void> {
  const { report, tag } = flow;
  const { products } = flow.clients;
  const id = `update-${tag}`;
  const price = { currencyCode: "USD", units: 12n, nanos: 340_000_000 };
  const first = await report.step("CreateProduct keeps a price", async () => {
    const created = await createProduct(flow, { id, title: "Before", maximumSpeed: 5, inStock: 3, price });
    includes("product", created, { title: "Before", passengerCapacity: 0, maximumSpeed: 5, inStock: 3, price });
    return created;
  });

  const second = await report.step("UpdateProduct changes what the mask names, and nothing else", async () => {
    const response = await products.updateProduct({
      product: { id, etag: first.etag, title: "After", maximumSpeed: 7, inStock: 99 },
      updateMask: { paths: ["title", "maximum_speed"] },
    });
    const expected = { title: "After", maximumSpeed: 7, inStock: 3, price, createTime: first.createTime };
    includes("product", response.product, expected);
    const changed = present("product", response.product);
    holds("product.etag", changed.etag, `another than ${first.etag}`, changed.etag !== first.etag);
    equal("GetProduct", (await products.getProduct({ id })).product, changed);
    return changed;
  });
  await report.step("UpdateProduct refuses a stale etag, and changes nothing", async () => {
    const stale = { product: { id, etag: first.etag, title: "Never" }, updateMask: { paths: ["title"] } };
    await refused(Code.Aborted, "ETAG_MISMATCH", products.updateProduct(stale));
    equal("GetProduct", (await products.getProduct({ id })).product, second);
  });
  await report.step("UpdateProduct without a mask changes what is present, 0 included", async () => {
    const { product } = await products.updateProduct({ product: { id, inStock: 0 } });
    includes("product", product, { title: "After", maximumSpeed: 7, inStock: 0, price });
  });
  await report.step("UpdateProduct with * sets the rest to its default", async () => {
    const { product } = await products.updateProduct({ product: { id, title: "Bare" }, updateMask: { paths: ["*"] } });
    includes("product", product, {
      title: "Bare",
      passengerCapacity: 0,
      maximumSpeed: 0,
      inStock: 0,
      price: undefined,
    });
  });
  await report.step("UpdateProduct refuses paths that are immutable, partial or unknown, all at once", async () => {
    const updateMask = { paths: ["id", "price.units", "colour", "title"] };
    const call = products.updateProduct({ product: { id, title: "Never" }, updateMask });
    const error = await refused(Code.InvalidArgument, "INVALID_FIELDS", call);
    const { fieldViolations } = detailOf(error, BadRequestSchema);
    const told = fieldViolations.map((violation) => violation.description).join("\n");
    for (const path of ["id", "price.units", "colour"])
      holds("violations", told, `one of ${path}`, told.includes(path));
  });
  await report.step("DeleteProduct refuses a stale etag", async () => {
    await refused(Code.Aborted, "ETAG_MISMATCH", products.deleteProduct({ id, etag: first.etag }));
  });
  await report.step("DeleteProduct removes the product", async () => {
    await products.deleteProduct({ id });
    await refused(Code.NotFound, "PRODUCT_NOT_FOUND", products.getProduct({ id }));
    await refused(Code.NotFound, "PRODUCT_NOT_FOUND", products.deleteProduct({ id }));
  });
  await report.step("CreateProduct may use the id again: a new product", async () => {
    const again = await createProduct(flow, { id, title: "Again" });
    includes("product", again, { title: "Again", inStock: 0, price: undefined });
    holds("product.etag", again.etag, "an etag that was never there", again.etag !== first.etag);
  });
}
