import { Code } from "@connectrpc/connect";
import { includes } from "../check/expect.ts";
import { refused } from "../check/expect-error.ts";
import { createProduct, type Flow } from "./flow.ts";

/** BatchGetProducts: order, and ids without a product. */
export async function batches(flow: Flow): Promise<void> {
  const { report, clients, tag } = flow;
  const { products } = clients;
  const [a, b, none] = [`batch-${tag}-a`, `batch-${tag}-b`, `batch-${tag}-none`];

  await report.step("BatchGetProducts answers in the request's order, and names what is missing", async () => {
    await createProduct(flow, { id: a, title: "A" });
    await createProduct(flow, { id: b, title: "B" });
    const response = await products.batchGetProducts({ ids: [b, none, a] });
    includes("response", response, { products: [{ id: b }, { id: a }], missingIds: [none] });
  });
  await report.step("BatchGetProducts refuses an id twice, and no ids at all", async () => {
    await refused(Code.InvalidArgument, "INVALID_FIELDS", products.batchGetProducts({ ids: [a, a] }));
    await refused(Code.InvalidArgument, "INVALID_FIELDS", products.batchGetProducts({ ids: [] }));
  });
}
