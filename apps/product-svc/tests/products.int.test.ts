import { describe, expect, test } from "@jest/globals";
import { failureOf } from "./support/failure.ts";
import { createProduct, existing, freshId, getProduct } from "./support/fixtures.ts";
import { overStores } from "./support/world.ts";

const PRICE = { currencyCode: "EUR", units: 100_000n, nanos: 990_000_000 };

overStores((scene) => {
  describe("CreateProduct", () => {
    test("stores what is given and tells the rest", async () => {
      const id = freshId("the_odyssey");
      const product = { id, title: "The Odyssey", passengerCapacity: 101, maximumSpeed: 5, inStock: 10, price: PRICE };
      const { product: made } = await scene.products.createProduct({ product });
      expect(made).toMatchObject({ ...product, imageUri: `https://images.example/products/${id}.jpg` });
      expect(made?.etag).not.toBe("");
      expect(made?.createTime).toEqual(made?.updateTime);
      expect(Math.abs(Number(made?.createTime?.seconds) - Date.now() / 1000)).toBeLessThan(60);
      expect(await getProduct(scene, id)).toEqual(made);
    });

    test("needs no more than an id and a title", async () => {
      const made = await createProduct(scene, { title: "Bare" });
      expect(made).toMatchObject({ title: "Bare", passengerCapacity: 0, maximumSpeed: 0, inStock: 0 });
      expect(made.price).toBeUndefined();
      expect(await getProduct(scene, made.id)).toEqual(made);
    });

    test("takes titles of every script, up to 200 code points", async () => {
      for (const title of ["🚢".repeat(200), "Ω̈ – Ὀδύσσεια", "\u{10FFFF}", " ", "'\"\\%_;--"]) {
        const made = await createProduct(scene, { title });
        expect((await getProduct(scene, made.id)).title).toBe(title);
      }
    });

    test("stores the largest values", async () => {
      const price = { currencyCode: "XXX", units: 10n ** 15n, nanos: 999_999_999 };
      const most = { passengerCapacity: 2 ** 31 - 1, maximumSpeed: 2 ** 31 - 1, inStock: 2 ** 31 - 1, price };
      const made = await createProduct(scene, { id: `0${"~".repeat(127)}`, ...most });
      expect(await getProduct(scene, made.id)).toMatchObject(most);
    });

    test("ignores output-only fields", async () => {
      const time = { seconds: 1n, nanos: 1 };
      const outputs = { etag: "mine", imageUri: "https://elsewhere.example", createTime: time, updateTime: time };
      const made = await createProduct(scene, outputs);
      expect(made.etag).not.toBe("mine");
      expect(made.imageUri).toBe(`https://images.example/products/${made.id}.jpg`);
      expect(made.createTime?.seconds).not.toBe(1n);
    });

    test("tells every field at fault at once, and makes nothing", async () => {
      const product = {
        id: "-bad",
        passengerCapacity: -1,
        maximumSpeed: -2,
        inStock: -3,
        price: { currencyCode: "eur", units: -1n, nanos: 1_000_000_000 },
      };
      const failure = await failureOf(scene.products.createProduct({ product, requestId: "no uuid" }));
      expect(failure).toMatchObject({ code: "InvalidArgument", reason: "INVALID_FIELDS", domain: "skyport" });
      expect(new Set(failure.fields)).toEqual(
        new Set([
          "product.id",
          "product.title",
          "product.passenger_capacity",
          "product.maximum_speed",
          "product.in_stock",
          "product.price",
          "request_id",
        ]),
      );
    });

    test("an id that is taken is ALREADY_EXISTS, and changes nothing", async () => {
      const made = await createProduct(scene, { title: "First" });
      const failure = await failureOf(createProduct(scene, { id: made.id, title: "Second" }));
      expect(failure).toMatchObject({
        code: "AlreadyExists",
        reason: "PRODUCT_ALREADY_EXISTS",
        resources: [`products/${made.id}`],
        metadata: { product_id: made.id },
      });
      expect(await getProduct(scene, made.id)).toEqual(made);
    });

    test("is seen at once where nothing was found before", async () => {
      const id = freshId();
      await failureOf(scene.products.getProduct({ id }));
      await failureOf(scene.products.getProduct({ id }));
      const made = await createProduct(scene, { id });
      expect(await getProduct(scene, id)).toEqual(made);
    });

    test("of twenty at once under one id, one succeeds", async () => {
      const id = freshId();
      const attempts = Array.from({ length: 20 }, (_, i) => createProduct(scene, { id, title: `Number ${i}` }));
      const outcomes = await Promise.allSettled(attempts);
      const made = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
      expect(made).toHaveLength(1);
      for (const [i, outcome] of outcomes.entries()) {
        if (outcome.status === "rejected") {
          expect(await failureOf(attempts[i] ?? Promise.resolve())).toMatchObject({ reason: "PRODUCT_ALREADY_EXISTS" });
        }
      }
      expect(await getProduct(scene, id)).toEqual(made[0]);
    });
  });

  describe("GetProduct", () => {
    test("an unknown id is NOT_FOUND", async () => {
      const id = freshId();
      expect(await failureOf(scene.products.getProduct({ id }))).toMatchObject({
        code: "NotFound",
        reason: "PRODUCT_NOT_FOUND",
        domain: "skyport",
        resources: [`products/${id}`],
        metadata: { product_id: id },
      });
    });
  });

  describe("BatchGetProducts", () => {
    test("answers in the order of the request, and names what is missing in that order", async () => {
      const [a, b, c] = [await createProduct(scene), await createProduct(scene), await createProduct(scene)];
      const [x, y] = [freshId("missing"), freshId("missing")];
      const ids = [y, c.id, a.id, x, b.id];
      expect(await scene.products.batchGetProducts({ ids })).toMatchObject({
        products: [c, a, b],
        missingIds: [y, x],
      });
    });

    test("takes 100 ids", async () => {
      const ids = Array.from({ length: 100 }, () => freshId());
      expect((await scene.products.batchGetProducts({ ids })).missingIds).toEqual(ids);
    });

    test.each([
      ["none", []],
      ["101", Array.from({ length: 101 }, (_, i) => `p${i}`)],
      ["one twice", ["a", "a"]],
    ])("%s is INVALID_FIELDS", async (_, ids) => {
      const failure = await failureOf(scene.products.batchGetProducts({ ids }));
      expect(failure).toMatchObject({ reason: "INVALID_FIELDS", fields: ["ids"] });
    });

    test("each id at fault is named", async () => {
      const failure = await failureOf(scene.products.batchGetProducts({ ids: ["fine", "", "x y", "é"] }));
      expect(failure).toMatchObject({ reason: "INVALID_FIELDS", fields: ["ids[1]", "ids[2]", "ids[3]"] });
    });
  });

  describe("UpdateProduct", () => {
    test("changes what the mask names and nothing else", async () => {
      const made = await createProduct(scene, { title: "Old", inStock: 3, maximumSpeed: 7, price: PRICE });
      const { product: changed } = await scene.products.updateProduct({
        product: { id: made.id, title: "New", inStock: 9 },
        updateMask: { paths: ["title", "price"] },
      });
      expect(changed).toMatchObject({ title: "New", inStock: 3, maximumSpeed: 7, createTime: made.createTime });
      expect(changed?.price).toBeUndefined();
      expect(changed?.etag).not.toBe(made.etag);
      expect(await getProduct(scene, made.id)).toEqual(changed);
    });

    test("without a mask changes what is present, zero too", async () => {
      const made = await createProduct(scene, { inStock: 3, maximumSpeed: 7, price: PRICE });
      await scene.products.updateProduct({ product: { id: made.id, inStock: 0 } });
      expect(await getProduct(scene, made.id)).toMatchObject({
        title: made.title,
        inStock: 0,
        maximumSpeed: 7,
        price: PRICE,
      });
    });

    test('with "*" replaces all', async () => {
      const made = await createProduct(scene, { inStock: 3, maximumSpeed: 7, price: PRICE });
      const product = { id: made.id, title: "Only this" };
      await scene.products.updateProduct({ product, updateMask: { paths: ["*"] } });
      const changed = await getProduct(scene, made.id);
      expect(changed).toMatchObject({ title: "Only this", inStock: 0, maximumSpeed: 0, passengerCapacity: 0 });
      expect(changed.price).toBeUndefined();
    });

    test("tells every fault of fields and mask at once, and changes nothing", async () => {
      const made = await createProduct(scene, { inStock: 3 });
      const product = { id: made.id, inStock: -1, etag: "x".repeat(65) };
      const paths = ["in_stock", "title", "id", "price.units", "nonsense"];
      const failure = await failureOf(scene.products.updateProduct({ product, updateMask: { paths } }));
      expect(failure.reason).toBe("INVALID_FIELDS");
      expect(failure.fields).toEqual([
        "product.etag",
        "product.in_stock",
        "product.title",
        "update_mask",
        "update_mask",
        "update_mask",
      ]);
      expect(await getProduct(scene, made.id)).toEqual(made);
    });

    test("an unknown id is NOT_FOUND, with and without an etag", async () => {
      for (const etag of ["", "1"]) {
        const product = { id: freshId(), title: "Nobody", etag };
        expect(await failureOf(scene.products.updateProduct({ product }))).toMatchObject({
          reason: "PRODUCT_NOT_FOUND",
          resources: [`products/${product.id}`],
        });
      }
    });

    test("needs the present etag where one is given", async () => {
      const made = await createProduct(scene, { title: "One" });
      const { product: second } = await scene.products.updateProduct({
        product: { id: made.id, title: "Two", etag: made.etag },
      });
      for (const etag of [made.etag, "0", "zzz", "not an etag", "\u0000"]) {
        const failure = await failureOf(scene.products.updateProduct({ product: { id: made.id, title: "X", etag } }));
        expect(failure).toMatchObject({
          code: "Aborted",
          reason: "ETAG_MISMATCH",
          resources: [`products/${made.id}`],
          hasRetry: false,
        });
      }
      expect(await getProduct(scene, made.id)).toEqual(second);
    });

    test("of twenty at once with one etag, one wins", async () => {
      const { id, etag } = await createProduct(scene);
      const attempts = Array.from({ length: 20 }, (_, i) =>
        scene.products.updateProduct({ product: { id, etag, title: `Number ${i}` } }),
      );
      const outcomes = await Promise.allSettled(attempts);
      const won = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.product] : []));
      expect(won).toHaveLength(1);
      expect(await getProduct(scene, id)).toEqual(won[0]);
    });
  });

  describe("DeleteProduct", () => {
    test("removes the product for every reader", async () => {
      const { id, etag } = await createProduct(scene);
      await getProduct(scene, id);
      await scene.products.deleteProduct({ id, etag });
      expect(await failureOf(scene.products.getProduct({ id }))).toMatchObject({ reason: "PRODUCT_NOT_FOUND" });
      expect(await scene.products.batchGetProducts({ ids: [id] })).toMatchObject({ products: [], missingIds: [id] });
    });

    test("an unknown id is NOT_FOUND, with and without an etag", async () => {
      for (const etag of ["", "1"]) {
        const failure = await failureOf(scene.products.deleteProduct({ id: freshId(), etag }));
        expect(failure).toMatchObject({ code: "NotFound", reason: "PRODUCT_NOT_FOUND" });
      }
    });

    test("another etag is ETAG_MISMATCH, and removes nothing", async () => {
      const made = await createProduct(scene);
      for (const etag of ["1", "what?"]) {
        const failure = await failureOf(scene.products.deleteProduct({ id: made.id, etag }));
        expect(failure).toMatchObject({ code: "Aborted", reason: "ETAG_MISMATCH" });
      }
      expect(await getProduct(scene, made.id)).toEqual(made);
    });

    test("then create is a new product, and no etag of the old one fits it", async () => {
      const id = freshId();
      const seen = new Set<string>();
      for (let round = 0; round < 5; round++) {
        const made = await createProduct(scene, { id, title: "Same", inStock: 1 });
        const { product: changed } = await scene.products.updateProduct({ product: { id, title: "Changed" } });
        for (const { etag } of [made, existing(changed)]) {
          expect(seen.has(etag)).toBe(false);
          seen.add(etag);
        }
        await scene.products.deleteProduct({ id });
      }
      const last = await createProduct(scene, { id });
      for (const etag of seen) {
        const failure = await failureOf(scene.products.updateProduct({ product: { id, title: "Late", etag } }));
        expect(failure.reason).toBe("ETAG_MISMATCH");
      }
      expect(await getProduct(scene, id)).toEqual(last);
    });
  });

  test("an update that meets a product just created is never told of an etag that it did not name", async () => {
    const id = freshId();
    for (let round = 0; round < 30; round++) {
      const update = scene.products.updateProduct({ product: { id, title: "Updated" } });
      const [made, updated] = await Promise.allSettled([createProduct(scene, { id }), update]);
      expect(made.status).toBe("fulfilled");
      if (updated.status === "rejected") {
        expect((await failureOf(update)).reason).toBe("PRODUCT_NOT_FOUND");
      }
      await scene.products.deleteProduct({ id });
    }
  });
});
