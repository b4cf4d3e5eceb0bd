import { describe, expect, test } from "@jest/globals";
import { failureOf } from "./support/failure.ts";
import { createProduct, freshId, getProduct, stockOf } from "./support/fixtures.ts";
import { holding } from "./support/holding.ts";
import { overStores } from "./support/world.ts";

const MAX = 2 ** 31 - 1;

/** Time enough for many that wait for one row. */
const PATIENT = { timeoutMs: 20_000 };

overStores((scene) => {
  describe("AdjustStock", () => {
    test("adds and takes, and stamps the product anew", async () => {
      const made = await createProduct(scene, { inStock: 5 });
      const { product } = await scene.inventory.adjustStock({ productId: made.id, delta: 7 });
      expect(product).toEqual({
        ...made,
        inStock: 12,
        etag: expect.not.stringMatching(new RegExp(`^${made.etag}$`)),
        updateTime: product?.updateTime,
      });
      expect(await getProduct(scene, made.id)).toEqual(product);
      await scene.inventory.adjustStock({ productId: made.id, delta: -12 });
      expect(await stockOf(scene, made.id)).toBe(0);
    });

    test.each([-6, -(2 ** 31)])(
      "below zero (%d) is OUT_OF_STOCK, tells what is left, and changes nothing",
      async (delta) => {
        const made = await createProduct(scene, { inStock: 5 });
        expect(await failureOf(scene.inventory.adjustStock({ productId: made.id, delta }))).toMatchObject({
          code: "FailedPrecondition",
          reason: "OUT_OF_STOCK",
          preconditions: [`OUT_OF_STOCK products/${made.id}: ${-delta} wanted, 5 left`],
        });
        expect(await getProduct(scene, made.id)).toEqual(made);
      },
    );

    test("above 2^31-1 is INVALID_FIELDS, and changes nothing", async () => {
      const made = await createProduct(scene, { inStock: 1 });
      expect(await failureOf(scene.inventory.adjustStock({ productId: made.id, delta: MAX }))).toMatchObject({
        code: "InvalidArgument",
        reason: "INVALID_FIELDS",
        fields: ["delta"],
      });
      expect(await getProduct(scene, made.id)).toEqual(made);
      await scene.inventory.adjustStock({ productId: made.id, delta: MAX - 1 });
      expect(await stockOf(scene, made.id)).toBe(MAX);
    });

    test("tells every field at fault at once", async () => {
      const failure = await failureOf(scene.inventory.adjustStock({ productId: "", delta: 0, requestId: "1" }));
      expect(failure).toMatchObject({ reason: "INVALID_FIELDS", fields: ["delta", "product_id", "request_id"] });
    });

    test("an unknown product is NOT_FOUND", async () => {
      const productId = freshId();
      expect(await failureOf(scene.inventory.adjustStock({ productId, delta: 1 }))).toMatchObject({
        code: "NotFound",
        reason: "PRODUCT_NOT_FOUND",
        resources: [`products/${productId}`],
      });
    });

    test("a call whose time is up is told so, and changes nothing later", async () => {
      const { id } = await createProduct(scene, { inStock: 5 });
      await holding(scene.databaseUrl, `SELECT FROM products WHERE id = '${id}' FOR UPDATE`, async () => {
        const late = await fetch(`${scene.url}/skyport.product.v1.InventoryService/AdjustStock`, {
          method: "POST",
          headers: { "content-type": "application/json", "connect-timeout-ms": "200" },
          body: JSON.stringify({ productId: id, delta: 1 }),
        });
        expect(late.status).toBe(504);
        expect(await late.json()).toMatchObject({
          code: "deadline_exceeded",
          details: [{ debug: { reason: "DEADLINE_EXCEEDED" } }, { type: "google.rpc.RetryInfo" }],
        });
      });
      await scene.inventory.adjustStock({ productId: id, delta: 10 });
      expect(await stockOf(scene, id)).toBe(15);
    });

    test("a hundred at once lose nothing", async () => {
      const { id } = await createProduct(scene, { inStock: 1000 });
      const deltas = Array.from({ length: 100 }, (_, i) => (i % 3 === 1 ? -i : i + 1));
      await Promise.all(deltas.map((delta) => scene.inventory.adjustStock({ productId: id, delta }, PATIENT)));
      expect(await stockOf(scene, id)).toBe(deltas.reduce((sum, delta) => sum + delta, 1000));
    });

    test("a race for the last ones sells each once", async () => {
      const { id } = await createProduct(scene, { inStock: 7 });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 30 }, () => scene.inventory.adjustStock({ productId: id, delta: -1 }, PATIENT)),
      );
      expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(7);
      for (const outcome of outcomes) {
        if (outcome.status === "rejected") {
          expect((await failureOf(Promise.reject(outcome.reason))).reason).toBe("OUT_OF_STOCK");
        }
      }
      expect(await stockOf(scene, id)).toBe(0);
    });
  });
});
