import { toBinary } from "@bufbuild/protobuf";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { ListProductsResponseSchema, type Product } from "@skyport/proto";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { failureOf } from "./support/failure.ts";
import { createProduct, existing, freshId } from "./support/fixtures.ts";
import { everyPage, folded, inOrder, ORDERS } from "./support/listing.ts";
import { quoted } from "./support/sql.ts";
import { overStores, type Scene } from "./support/world.ts";

interface Request {
  readonly pageSize?: number;
  readonly orderBy?: string;
  readonly filter?: { readonly titlePrefix?: string; readonly inStockOnly?: boolean };
}

/** Titles that a careless filter or order would get wrong. */
const TITLES = [
  "100% wool",
  "100 % wool",
  "a_b",
  "aXb",
  "back\\slash",
  "Äpfel",
  "äpfel 2",
  "ÄPFEL 3",
  "Zebra",
  "zebra",
  "ZEBRA crossing",
  "ß",
  "STRASSE",
  "Ὀδύσσεια",
  "ὀδύσσεια",
  "日本",
  "🚢 ship",
  "\u{10FFFF}end",
  "\u{10FFFF}\u{10FFFF}",
  "\u{FFFF}",
  " leading space",
  "same",
  "same",
  "same",
];

async function idsOf(scene: Scene, request: Request, pageSize: number): Promise<string[]> {
  return (await everyPage(scene, { ...request, pageSize })).map((product) => product.id);
}

overStores((scene) => {
  /** In order of creation. */
  const all: Product[] = [];

  beforeAll(async () => {
    const prices = [undefined, { currencyCode: "EUR", units: 1n, nanos: 0 }];
    for (const [i, title] of TITLES.entries()) {
      const price = prices[i % 2];
      all.push(await createProduct(scene, { title, inStock: i % 3, ...(price === undefined ? {} : { price }) }));
    }
    // Ties: several products of one microsecond.
    for (const ids of [all.slice(2, 7), all.slice(10, 14)].map((group) => group.map(({ id }) => quoted(id)).join())) {
      await scene.sql(`UPDATE products SET create_time = '2026-01-02 03:04:05.678901Z' WHERE id IN (${ids})`);
    }
    const again = await everyPage(scene, { orderBy: "id", pageSize: 1000 });
    const found = new Map(again.map((product) => [product.id, product]));
    for (const [i, product] of all.entries()) all[i] = existing(found.get(product.id));
  });

  describe.each(ORDERS)("ListProducts by %j", (orderBy) => {
    test.each([false, true])(
      "returns each once and in order, whatever the page size (in stock only: %s)",
      async (only) => {
        const expected = inOrder(orderBy, all)
          .filter((product) => !only || (product.inStock ?? 0) > 0)
          .map((product) => product.id);
        for (const pageSize of [1, 2, 5, expected.length, 1000]) {
          expect(await idsOf(scene, { orderBy, filter: { inStockOnly: only } }, pageSize)).toEqual(expected);
        }
      },
    );

    test("has no next page after the last product", async () => {
      const page = await scene.products.listProducts({ orderBy, pageSize: all.length });
      expect(page.products).toHaveLength(all.length);
      expect(page.nextPageToken).toBe("");
    });
  });

  describe("ListProducts", () => {
    test("answers what GetProduct does, newest first unless asked otherwise", async () => {
      const { products } = await scene.products.listProducts({});
      expect(products).toEqual(inOrder("create_time desc", all));
    });

    test.each([
      ["%", []],
      ["_", []],
      ["\\", []],
      ["100%", ["100% wool"]],
      ["a_", ["a_b"]],
      ["back\\", ["back\\slash"]],
      ["äp", ["ÄPFEL 3", "Äpfel", "äpfel 2"]],
      ["ÄPFEL", ["ÄPFEL 3", "Äpfel", "äpfel 2"]],
      ["ZEB", ["ZEBRA crossing", "Zebra", "zebra"]],
      ["ὈΔΎ", ["Ὀδύσσεια", "ὀδύσσεια"]],
      ["\u{10FFFF}", ["\u{10FFFF}end", "\u{10FFFF}\u{10FFFF}"]],
      ["\u{10FFFF}\u{10FFFF}", ["\u{10FFFF}\u{10FFFF}"]],
      ["\u{10FFFF}".repeat(200), []],
      ["\u{FFFF}", ["\u{FFFF}"]],
      [" ", [" leading space"]],
      ["🚢", ["🚢 ship"]],
      ["samex", []],
      ["z".repeat(200), []],
    ])("finds titles that begin with %j, in either case", async (titlePrefix, titles) => {
      const found = await everyPage(scene, { filter: { titlePrefix }, pageSize: 2 });
      expect(found.map((product) => product.title).sort()).toEqual([...titles].sort());
    });

    test("whatever the titles and the prefix are, finds those that begin so, in title order", async () => {
      const letter = fc.constantFrom(
        "a",
        "A",
        "ä",
        "Ä",
        "%",
        "_",
        "\\",
        "'",
        "é",
        "É",
        "ж",
        "Ж",
        "\u{10FFFF}",
        "𐐀",
        "𐐨",
      );
      const text = fc.array(letter, { minLength: 1, maxLength: 3 }).map((letters) => letters.join(""));
      const random = { seed: seed(), numRuns: 40 };
      const titles = fc.sample(text, random);
      const mark = freshId("prop");
      for (const title of titles) await createProduct(scene, { title: `${mark}${title}`, id: freshId("prop") });
      const made = await everyPage(scene, { filter: { titlePrefix: mark }, pageSize: 1000 });
      expect(made).toHaveLength(titles.length);
      await fc.assert(
        fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (prefix, pageSize) => {
          const titlePrefix = `${mark}${prefix}`;
          const expected = made.filter(({ title = "" }) => folded(title).startsWith(folded(titlePrefix)));
          const found = await everyPage(scene, { filter: { titlePrefix }, pageSize });
          expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        }),
        random,
      );
      await scene.sql(`DELETE FROM products WHERE id LIKE 'prop-%'`);
    });

    test("a prefix and in-stock-only hold together", async () => {
      const filter = { titlePrefix: "zeb", inStockOnly: true };
      const expected = all.filter(({ title = "", inStock }) => folded(title).startsWith("zeb") && inStock !== 0);
      const found = await everyPage(scene, { filter, pageSize: 1 });
      expect(found.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
    });

    test("a page size of 0 is 50, and one above 1,000 is 1,000", async () => {
      await scene.sql(
        `INSERT INTO products (id, title, passenger_capacity, maximum_speed, in_stock, revision, create_time)
          SELECT 'many-' || i, 'Many ' || i, 0, 0, 0, nextval('revisions'), now() - i * interval '1 hour'
          FROM generate_series(1, 1100) AS i`,
      );
      for (const [pageSize, count] of [
        [0, 50],
        [1000, 1000],
        [1001, 1000],
        [2 ** 31 - 1, 1000],
      ] as const) {
        expect((await scene.products.listProducts({ pageSize })).products).toHaveLength(count);
      }
      await scene.sql(`DELETE FROM products WHERE id LIKE 'many-%'`);
    });

    test("a page ends at 1 MiB, and the next one goes on", async () => {
      const title = "🚢".repeat(200);
      await scene.sql(
        `INSERT INTO products (id, title, passenger_capacity, maximum_speed, in_stock, revision, create_time)
          SELECT 'big-' || rpad(i::text, 124, 'x'), '${title}', 0, 0, 0, nextval('revisions'), now()
          FROM generate_series(1000, 1999) AS i`,
      );
      const request = { pageSize: 1000, orderBy: "id" };
      const first = await scene.products.listProducts(request);
      expect(first.products.length).toBeLessThan(1000);
      const bytes = toBinary(ListProductsResponseSchema, first).length;
      expect(bytes).toBeGreaterThan(1_000_000);
      // The bound is on the products; their framing adds a few bytes each.
      expect(bytes).toBeLessThan(1_048_576 + first.products.length * 4 + 1000);
      const found = await everyPage(scene, request);
      expect(found).toHaveLength(all.length + 1000);
      expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
      await scene.sql(`DELETE FROM products WHERE id LIKE 'big-%'`);
    });

    test("refuses a bad order, a bad prefix and a negative page size, all at once", async () => {
      const failure = await failureOf(
        scene.products.listProducts({ pageSize: -1, orderBy: "price", filter: { titlePrefix: "a\u0000" } }),
      );
      expect(failure).toMatchObject({ code: "InvalidArgument", reason: "INVALID_FIELDS" });
      expect(failure.fields).toEqual(["filter.title_prefix", "order_by", "page_size"]);
    });

    test.each(["create_time", "create_time desc", "title desc", "id"])(
      "refuses %j with a title prefix",
      async (orderBy) => {
        const request = { orderBy, filter: { titlePrefix: "a" } };
        expect(await failureOf(scene.products.listProducts(request))).toMatchObject({
          reason: "INVALID_FIELDS",
          fields: ["order_by"],
        });
      },
    );
  });

  describe("a page token", () => {
    const first: Request = { pageSize: 2, orderBy: "title", filter: { inStockOnly: true } };
    const tokenOf = async (request: Request) => (await scene.products.listProducts(request)).nextPageToken;

    test("is URL-safe, and goes on with another page size", async () => {
      const pageToken = await tokenOf(first);
      expect(pageToken).toMatch(/^[\w-]+$/);
      const rest = await scene.products.listProducts({ ...first, pageSize: 1000, pageToken });
      const whole = await scene.products.listProducts({ ...first, pageSize: 1000 });
      expect(rest.products).toEqual(whole.products.slice(2));
    });

    test.each<[string, Request]>([
      ["another order", { orderBy: "id" }],
      ["the default order", { orderBy: "" }],
      ["another filter", { filter: { inStockOnly: false } }],
      ["a prefix", { filter: { inStockOnly: true, titlePrefix: "a" } }],
    ])("does not fit %s", async (_, change) => {
      const pageToken = await tokenOf(first);
      expect(await failureOf(scene.products.listProducts({ ...first, ...change, pageToken }))).toMatchObject({
        code: "InvalidArgument",
        reason: "PAGE_TOKEN_INVALID",
        fields: ["page_token"],
      });
    });

    test("does not fit another RPC", async () => {
      const pageToken = await tokenOf({ pageSize: 1 });
      const { nextPageToken } = await scene.inventory.auditStock({ pageSize: 1 });
      const calls = [
        scene.inventory.listReservations({ pageToken }),
        scene.inventory.auditStock({ pageToken }),
        scene.inventory.listReservations({ pageToken: nextPageToken }),
        scene.products.listProducts({ pageToken: nextPageToken }),
      ];
      for (const call of calls) expect((await failureOf(call)).reason).toBe("PAGE_TOKEN_INVALID");
    });

    test("cannot be forged: not one character of it may change", async () => {
      const pageToken = existing(await tokenOf(first));
      for (let at = 0; at < pageToken.length; at++) {
        const forged = `${pageToken.slice(0, at)}${pageToken[at] === "A" ? "B" : "A"}${pageToken.slice(at + 1)}`;
        const failure = await failureOf(scene.products.listProducts({ ...first, pageToken: forged }));
        expect(failure.reason).toBe("PAGE_TOKEN_INVALID");
      }
      for (const forged of [
        "a",
        "====",
        `${pageToken}=`,
        pageToken.slice(0, -1),
        `${pageToken}A`,
        "🚢",
        "A".repeat(4096),
      ]) {
        const failure = await failureOf(scene.products.listProducts({ ...first, pageToken: forged }));
        expect(failure.reason).toBe("PAGE_TOKEN_INVALID");
      }
    });
  });
});
