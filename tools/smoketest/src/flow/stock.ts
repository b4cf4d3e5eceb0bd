import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { PreconditionFailureSchema } from "@skyport/proto";
import { equal, includes } from "../check/expect.ts";
import { detailOf, refused } from "../check/expect-error.ts";
import { createProduct, type Flow, stockOf } from "./flow.ts";

/** AdjustStock, once and again. */
export async function stock(flow: Flow): Promise<void> {
  const { report, clients, tag } = flow;
  const { inventory } = clients;
  const productId = `stock-${tag}`;
  const request = { productId, delta: 5, requestId: randomUUID() };

  const answer = await report.step("AdjustStock adds 5 to 10", async () => {
    await createProduct(flow, { id: productId, title: "Stock", inStock: 10 });
    const response = await inventory.adjustStock(request);
    includes("product", response.product, { id: productId, inStock: 15 });
    return response;
  });
  await report.step("AdjustStock with the same request_id gets the first answer, and adds nothing", async () => {
    equal("response", await inventory.adjustStock(request), answer);
    equal("stock", await stockOf(flow, productId), 15);
  });
  await report.step("AdjustStock refuses the request_id for another request", async () => {
    const call = inventory.adjustStock({ ...request, delta: 6 });
    await refused(Code.InvalidArgument, "REQUEST_ID_REUSED", call);
  });
  await report.step("AdjustStock takes 15, and no more than there is", async () => {
    const call = inventory.adjustStock({ productId, delta: -16 });
    const error = await refused(Code.FailedPrecondition, "OUT_OF_STOCK", call);
    const violation = { type: "OUT_OF_STOCK", subject: `products/${productId}` };
    includes("PreconditionFailure", detailOf(error, PreconditionFailureSchema), { violations: [violation] });
    const { product } = await inventory.adjustStock({ productId, delta: -15 });
    includes("product", product, { inStock: 0 });
  });
}
