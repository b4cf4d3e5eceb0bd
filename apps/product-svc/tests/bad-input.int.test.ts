import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createProduct, freshId } from "./support/fixtures.ts";
import { overStores } from "./support/world.ts";

const PRODUCTS = "skyport.product.v1.ProductService";
const INVENTORY = "skyport.product.v1.InventoryService";
const MIB = 1_048_576;

/** A request as it goes over the wire, and what it has to get. */
interface Case {
  readonly what: string;
  readonly procedure: string;
  readonly body?: string | Uint8Array | object;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  /** The reason; undefined for Connect's own answers, which have none. */
  readonly reason?: string;
  /** Fields at fault, all of them. */
  readonly fields?: readonly string[];
}

const invalid = (what: string, procedure: string, body: object, ...fields: string[]): Case => ({
  what,
  procedure,
  body,
  status: 400,
  reason: "INVALID_FIELDS",
  fields,
});

const malformed = (what: string, procedure: string, body: Case["body"], ...fields: string[]): Case => ({
  what,
  procedure,
  ...(body === undefined ? {} : { body }),
  status: 400,
  reason: "MALFORMED_REQUEST",
  fields,
});

const create = (fields: object): object => ({ product: { id: "the_id", title: "T", ...fields } });

const MALFORMED: readonly Case[] = [
  malformed("an open brace", `${PRODUCTS}/GetProduct`, "{"),
  malformed("no JSON at all", `${PRODUCTS}/GetProduct`, "id=1"),
  malformed("an array", `${PRODUCTS}/GetProduct`, "[]"),
  malformed("a string", `${PRODUCTS}/GetProduct`, '"the_id"'),
  malformed("null", `${PRODUCTS}/CreateProduct`, "null"),
  malformed("bytes that are no UTF-8", `${PRODUCTS}/GetProduct`, new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])),
  malformed("half a surrogate pair", `${PRODUCTS}/CreateProduct`, create({ title: "a\ud800" }), "title"),
  malformed("a number for a text", `${PRODUCTS}/GetProduct`, { id: 5 }, "id"),
  malformed("an object for a text", `${PRODUCTS}/GetProduct`, { id: {} }, "id"),
  malformed("a text for a list", `${PRODUCTS}/BatchGetProducts`, { ids: "a" }, "ids"),
  malformed("null in a list", `${PRODUCTS}/BatchGetProducts`, { ids: ["a", null] }, "ids"),
  malformed("a text for a message", `${PRODUCTS}/CreateProduct`, { product: "x" }),
  malformed("a list for a message", `${PRODUCTS}/CreateProduct`, { product: [] }),
  malformed("a text for a number", `${PRODUCTS}/CreateProduct`, create({ inStock: "many" }), "in_stock"),
  malformed("a fraction", `${PRODUCTS}/CreateProduct`, create({ inStock: 1.5 }), "in_stock"),
  malformed("more than int32", `${PRODUCTS}/CreateProduct`, create({ inStock: 2_147_483_648 }), "in_stock"),
  malformed("far more than int32", `${INVENTORY}/AdjustStock`, { productId: "a", delta: 1e300 }, "delta"),
  malformed(
    "more than int64",
    `${PRODUCTS}/CreateProduct`,
    create({ price: { currencyCode: "EUR", units: "9223372036854775808" } }),
    "units",
  ),
  malformed("a text for a boolean", `${PRODUCTS}/ListProducts`, { filter: { inStockOnly: "yes" } }, "in_stock_only"),
  malformed("a time that is none", `${PRODUCTS}/CreateProduct`, create({ createTime: "tomorrow" })),
  malformed("a time out of range", `${PRODUCTS}/CreateProduct`, create({ createTime: "10000-01-01T00:00:00Z" })),
  malformed("a mask that is no text", `${PRODUCTS}/UpdateProduct`, { ...create({}), updateMask: ["title"] }),
  malformed("a mask in snake_case", `${PRODUCTS}/UpdateProduct`, { ...create({}), updateMask: "in_stock" }),
  {
    ...malformed("bytes that are no protobuf", `${PRODUCTS}/GetProduct`, new Uint8Array([0xff, 0xff, 0xff])),
    headers: { "content-type": "application/proto" },
  },
  {
    ...malformed("a protobuf cut short", `${PRODUCTS}/GetProduct`, new Uint8Array([0x0a, 0x7f, 0x41])),
    headers: { "content-type": "application/proto" },
  },
];

const LONG = "x".repeat(10_000);

const INVALID: readonly Case[] = [
  ...["", "-a", ".", "a b", "a/b", "é", "a\u0000", "a\n", "💥", "a".repeat(129), "../a", "%61", "a'--"].map((id) =>
    invalid(`the id ${JSON.stringify(id).slice(0, 20)}`, `${PRODUCTS}/GetProduct`, { id }, "id"),
  ),
  invalid("a title of 10,000 letters", `${PRODUCTS}/CreateProduct`, create({ title: LONG }), "product.title"),
  invalid("a title of 201 letters", `${PRODUCTS}/CreateProduct`, create({ title: "🚢".repeat(201) }), "product.title"),
  invalid("an empty title", `${PRODUCTS}/CreateProduct`, create({ title: "" }), "product.title"),
  ...["a\u0000b", "\n", "\u007f", "\u0085"].map((title) =>
    invalid(`the title ${JSON.stringify(title)}`, `${PRODUCTS}/CreateProduct`, create({ title }), "product.title"),
  ),
  invalid("no product", `${PRODUCTS}/CreateProduct`, {}, "product", "product.title"),
  invalid("an empty product", `${PRODUCTS}/CreateProduct`, { product: {} }, "product.id", "product.title"),
  invalid("no product to update", `${PRODUCTS}/UpdateProduct`, {}, "product"),
  invalid(
    "a price beyond all bounds",
    `${PRODUCTS}/CreateProduct`,
    create({ price: { currencyCode: "EURO", units: "1000000000000001", nanos: -1 } }),
    "product.price",
    "product.price",
    "product.price",
  ),
  invalid("an empty price", `${PRODUCTS}/CreateProduct`, create({ price: {} }), "product.price"),
  invalid("a request id that is no UUID", `${PRODUCTS}/CreateProduct`, { ...create({}), requestId: "1" }, "request_id"),
  invalid(
    "bad paths in a mask",
    `${PRODUCTS}/UpdateProduct`,
    { ...create({}), updateMask: "id,price.units,colour,*" },
    ...Array<string>(4).fill("update_mask"),
  ),
  invalid("an etag of 10,000 letters", `${PRODUCTS}/DeleteProduct`, { id: "a", etag: LONG }, "etag"),
  invalid("an order that there is not", `${PRODUCTS}/ListProducts`, { orderBy: "price; DROP TABLE" }, "order_by"),
  invalid("an order of 10,000 letters", `${PRODUCTS}/ListProducts`, { orderBy: LONG }, "order_by", "order_by"),
  invalid("a token of 10,000 letters", `${PRODUCTS}/ListProducts`, { pageToken: LONG }, "page_token"),
  invalid(
    "a prefix of 10,000 letters",
    `${PRODUCTS}/ListProducts`,
    { filter: { titlePrefix: LONG } },
    "filter.title_prefix",
  ),
  invalid("a negative page size", `${INVENTORY}/ListReservations`, { pageSize: -1 }, "page_size"),
  invalid("a reservation id that is no UUID", `${INVENTORY}/GetReservation`, { reservationId: "r" }, "reservation_id"),
  invalid("a delta of 0", `${INVENTORY}/AdjustStock`, { productId: "a" }, "delta"),
  invalid(
    "a wish that is wrong in every way",
    `${INVENTORY}/SetReservation`,
    { reservationId: "", generation: -1, items: [{}, { productId: "?", quantity: 100_000 }] },
    "generation",
    "items[0].product_id",
    "items[0].quantity",
    "items[1].product_id",
    "items[1].quantity",
    "reservation_id",
  ),
  ...["x", "AAAA", "%%%", "🚢", "a".repeat(4096)].map(
    (pageToken): Case => ({
      what: `the forged token ${pageToken.slice(0, 5)}`,
      procedure: `${PRODUCTS}/ListProducts`,
      body: { pageToken },
      status: 400,
      reason: "PAGE_TOKEN_INVALID",
      fields: ["page_token"],
    }),
  ),
];

const TRANSPORT: readonly Case[] = [
  {
    what: "a body of more than 1 MiB",
    procedure: `${PRODUCTS}/GetProduct`,
    body: { id: "x".repeat(MIB) },
    status: 429,
    reason: "MESSAGE_TOO_LARGE",
    fields: [],
  },
  {
    what: "a content type that there is not",
    procedure: `${PRODUCTS}/GetProduct`,
    body: "<id/>",
    headers: { "content-type": "text/xml" },
    status: 415,
  },
  { what: "GET without a message", procedure: `${PRODUCTS}/GetProduct`, method: "GET", status: 415 },
  { what: "GET for a write", procedure: `${PRODUCTS}/DeleteProduct`, method: "GET", status: 405 },
  { what: "PUT", procedure: `${PRODUCTS}/GetProduct`, method: "PUT", body: { id: "a" }, status: 405 },
  { what: "DELETE", procedure: `${PRODUCTS}/DeleteProduct`, method: "DELETE", body: { id: "a" }, status: 405 },
  { what: "a method that there is not", procedure: `${PRODUCTS}/SellProduct`, body: {}, status: 404 },
  {
    what: "a service that there is not",
    procedure: "skyport.product.v2.ProductService/GetProduct",
    body: {},
    status: 404,
  },
];

interface ErrorBody {
  readonly details?: readonly {
    readonly debug?: { readonly reason?: string; readonly fieldViolations?: readonly { readonly field: string }[] };
  }[];
}

overStores((scene) => {
  let before: unknown;
  const state = () =>
    scene.sql(`SELECT (SELECT jsonb_agg(p ORDER BY key) FROM products p) AS products,
      (SELECT count(*) FROM changes) AS changes, (SELECT count(*) FROM reservations) AS reservations,
      (SELECT count(*) FROM stock_movements) AS ledger, (SELECT count(*) FROM request_ids) AS request_ids`);

  beforeEach(async () => {
    await createProduct(scene, { id: freshId("bystander") });
    before = await state();
  });

  afterEach(async () => {
    expect(await state()).toEqual(before);
  });

  async function send({ procedure, body, method = "POST", headers = {} }: Case) {
    const response = await fetch(`${scene.url}/${procedure}`, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed: ErrorBody = text.startsWith("{") ? JSON.parse(text) : {};
    const details = (parsed.details ?? []).map(({ debug }) => debug);
    return {
      status: response.status,
      reason: details.find((debug) => debug?.reason !== undefined)?.reason,
      fields: details.flatMap((debug) => (debug?.fieldViolations ?? []).map(({ field }) => field)).sort(),
    };
  }

  describe.each([
    ["what cannot be decoded", MALFORMED],
    ["what the contract does not allow", INVALID],
    ["what is no call", TRANSPORT],
  ] as const)("%s", (_, cases) => {
    test("is refused, with every fault", async () => {
      const answers = await Promise.all(cases.map(async (each) => ({ what: each.what, ...(await send(each)) })));
      expect(answers).toEqual(
        cases.map(({ what, status, reason, fields = [] }) => ({ what, status, reason, fields: [...fields].sort() })),
      );
    });
  });
});
