import { randomUUID } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { failureOf } from "./support/failure.ts";
import { createProduct, freshId, getProduct, stockOf } from "./support/fixtures.ts";
import { holding } from "./support/holding.ts";
import { overStores } from "./support/world.ts";

overStores((scene) => {
  describe("a request id", () => {
    test("makes a repeated CreateProduct safe: the first answer again", async () => {
      const request = { product: { id: freshId(), title: "Once" }, requestId: randomUUID() };
      const first = await scene.products.createProduct(request);
      expect(await scene.products.createProduct(request)).toEqual(first);
      const upper = { ...request, requestId: request.requestId.toUpperCase() };
      expect(await scene.products.createProduct(upper)).toEqual(first);
    });

    test("makes a repeated AdjustStock safe: added once", async () => {
      const { id } = await createProduct(scene, { inStock: 1 });
      const request = { productId: id, delta: 5, requestId: randomUUID() };
      const first = await scene.inventory.adjustStock(request);
      await scene.inventory.adjustStock({ productId: id, delta: 100 });
      expect(await scene.inventory.adjustStock(request)).toEqual(first);
      expect(await stockOf(scene, id)).toBe(106);
    });

    test("gets its first answer even when the product is gone, and brings nothing back", async () => {
      const request = { product: { id: freshId(), title: "Gone" }, requestId: randomUUID() };
      const first = await scene.products.createProduct(request);
      await scene.products.deleteProduct({ id: request.product.id });
      expect(await scene.products.createProduct(request)).toEqual(first);
      expect((await failureOf(getProduct(scene, request.product.id))).reason).toBe("PRODUCT_NOT_FOUND");
    });

    test("with another body is REQUEST_ID_REUSED, and changes nothing", async () => {
      const requestId = randomUUID();
      const { id } = await createProduct(scene, { inStock: 1 });
      await scene.inventory.adjustStock({ productId: id, delta: 1, requestId });
      expect(await failureOf(scene.inventory.adjustStock({ productId: id, delta: 2, requestId }))).toMatchObject({
        code: "InvalidArgument",
        reason: "REQUEST_ID_REUSED",
        fields: ["request_id"],
      });
      expect(await stockOf(scene, id)).toBe(2);
    });

    test("belongs to one RPC: another may use the same", async () => {
      const requestId = randomUUID();
      const { product } = await scene.products.createProduct({ product: { id: freshId(), title: "A" }, requestId });
      await scene.inventory.adjustStock({ productId: product?.id ?? "", delta: 3, requestId });
      expect(await stockOf(scene, product?.id ?? "")).toBe(3);
    });

    test("after a failure is a new attempt", async () => {
      const { id } = await createProduct(scene, { inStock: 1 });
      const request = { productId: id, delta: -3, requestId: randomUUID() };
      expect((await failureOf(scene.inventory.adjustStock(request))).reason).toBe("OUT_OF_STOCK");
      await scene.inventory.adjustStock({ productId: id, delta: 10 });
      await scene.inventory.adjustStock(request);
      await scene.inventory.adjustStock(request);
      expect(await stockOf(scene, id)).toBe(8);
    });

    test("of an attempt that is still running is REQUEST_IN_PROGRESS, to be tried again", async () => {
      const { id } = await createProduct(scene, { inStock: 1 });
      const request = { productId: id, delta: 1, requestId: randomUUID() };
      let first: Promise<unknown> | undefined;
      await holding(scene.databaseUrl, `SELECT FROM products WHERE id = '${id}' FOR UPDATE`, async (waiters) => {
        first = scene.inventory.adjustStock(request);
        await waiters(1);
        expect(await failureOf(scene.inventory.adjustStock(request))).toMatchObject({
          code: "Aborted",
          reason: "REQUEST_IN_PROGRESS",
          hasRetry: true,
        });
      });
      const answer = await first;
      expect(await scene.inventory.adjustStock(request)).toEqual(answer);
      expect(await stockOf(scene, id)).toBe(2);
    });

    test("sent many times at once is done once", async () => {
      const { id } = await createProduct(scene, { inStock: 0 });
      const request = { productId: id, delta: 1, requestId: randomUUID() };
      const attempts = Array.from({ length: 20 }, () => scene.inventory.adjustStock(request));
      const outcomes = await Promise.allSettled(attempts);
      const answers = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
      expect(answers.length).toBeGreaterThan(0);
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      for (const outcome of outcomes) {
        if (outcome.status === "rejected") {
          expect((await failureOf(Promise.reject(outcome.reason))).reason).toBe("REQUEST_IN_PROGRESS");
        }
      }
      expect(await stockOf(scene, id)).toBe(1);
    });

    test("that ran out is a new request", async () => {
      const { id } = await createProduct(scene, { inStock: 0 });
      const request = { productId: id, delta: 1, requestId: randomUUID() };
      await scene.inventory.adjustStock(request);
      await scene.sql(`UPDATE request_ids SET at = at - interval '24 hours' WHERE request_id = '${request.requestId}'`);
      await scene.inventory.adjustStock(request);
      expect(await stockOf(scene, id)).toBe(2);
    });
  });
});
