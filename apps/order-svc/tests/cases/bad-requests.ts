/** A request that is refused for its form, as JSON: what is wrong with it, and what its caller is told. */
export interface BadRequest {
  readonly method: Method;
  readonly what: string;
  readonly body: unknown;
  /** INVALID_FIELDS, unless said otherwise. */
  readonly reason?: string;
  /** Every field at fault. */
  readonly fields: readonly string[];
}

export const METHODS = [
  "CreateOrder",
  "GetOrder",
  "ListOrders",
  "UpdateOrder",
  "CancelOrder",
  "DeleteOrder",
  "ListOpenIntentions",
] as const;

export type Method = (typeof METHODS)[number];

const ID = "01890000-0000-7000-8000-000000000000";
const line = (over: object = {}) => ({ productId: "a", quantity: 1, ...over });
const eur = (over: object) => ({ currencyCode: "EUR", units: "1", ...over });
const at = (index: number, field: string): string => `order.line_items[${index}].${field}`;

/** What CreateOrder and UpdateOrder refuse alike in line items. */
const LINES: readonly (readonly [what: string, lineItems: readonly object[], fields: readonly string[]])[] = [
  ["no line", [], ["order.line_items"]],
  ["101 lines", Array.from({ length: 101 }, (_, index) => line({ productId: `p${index}` })), ["order.line_items"]],
  ["a product twice", [line(), line()], ["order.line_items"]],
  ["no product", [{ quantity: 1 }], [at(0, "product_id")]],
  [
    "ids with odd characters",
    ["", " a", "a b", "ä", "a/b", "-a", "a\u0000", "a\n", "'; --"].map((productId) => line({ productId })),
    Array.from({ length: 9 }, (_, index) => at(index, "product_id")),
  ],
  ["an id of 129 characters", [line({ productId: "a".repeat(129) })], [at(0, "product_id")]],
  ["no quantity", [{ productId: "a" }], [at(0, "quantity")]],
  [
    "quantities out of range",
    [0, -1, 10_001, 2 ** 31 - 1].map((quantity, index) => line({ productId: `p${index}`, quantity })),
    [0, 1, 2, 3].map((index) => at(index, "quantity")),
  ],
  [
    "currencies that are none",
    ["", "eur", "EU", "EURO", "E R"].map((currencyCode, index) =>
      line({ productId: `p${index}`, unitPrice: eur({ currencyCode }) }),
    ),
    [0, 1, 2, 3, 4].map((index) => at(index, "unit_price")),
  ],
  [
    "prices out of range",
    [{ units: "-1" }, { units: "1000000000000001" }, { nanos: -1 }, { nanos: 1_000_000_000 }].map((over, index) =>
      line({ productId: `p${index}`, unitPrice: eur(over) }),
    ),
    [0, 1, 2, 3].map((index) => at(index, "unit_price")),
  ],
  [
    "a price with three faults",
    [line({ unitPrice: { units: "-1", nanos: -1 } })],
    [at(0, "unit_price"), at(0, "unit_price"), at(0, "unit_price")],
  ],
  [
    "everything at once",
    [line({ productId: "?", quantity: 0, unitPrice: eur({ nanos: -1 }) }), line({ quantity: 0 })],
    [at(0, "product_id"), at(0, "quantity"), at(0, "unit_price"), at(1, "quantity")],
  ],
];

const lineFaults = LINES.flatMap(([what, lineItems, fields]): BadRequest[] => [
  { method: "CreateOrder", what, body: { order: { lineItems } }, fields },
  { method: "UpdateOrder", what, body: { order: { id: ID, lineItems } }, fields },
]);

const NO_UUIDS = ["", "x", "01890000", `${ID}0`, `{${ID}}`, "g".repeat(36), `${ID}\u0000`, "a".repeat(100_000)];

const idFaults = NO_UUIDS.flatMap((id): BadRequest[] => {
  const what = `the id ${JSON.stringify(id.slice(0, 40))}`;
  return [
    { method: "GetOrder", what, body: { id }, fields: ["id"] },
    { method: "CancelOrder", what, body: { id }, fields: ["id"] },
    { method: "DeleteOrder", what, body: { id }, fields: ["id"] },
    { method: "UpdateOrder", what, body: { order: { id, lineItems: [line()] } }, fields: ["order.id"] },
  ];
});

const order = { id: ID, lineItems: [line()] };

const updateFaults: readonly BadRequest[] = [
  { method: "UpdateOrder", what: "nothing", body: {}, fields: ["order", "order.line_items", "order.id"] },
  {
    method: "UpdateOrder",
    what: "a mask of other fields",
    body: { order, updateMask: "state,total,lineItems" },
    fields: ["update_mask", "update_mask"],
  },
  {
    method: "UpdateOrder",
    what: "a mask within a field",
    body: { order, updateMask: "lineItems.quantity" },
    fields: ["update_mask"],
  },
  {
    method: "UpdateOrder",
    what: "a star beside others",
    body: { order, updateMask: "*,lineItems" },
    fields: ["update_mask"],
  },
  {
    method: "UpdateOrder",
    what: "a long etag",
    body: { order: { ...order, etag: "e".repeat(65) } },
    fields: ["order.etag"],
  },
  { method: "UpdateOrder", what: "a bad request_id", body: { order, requestId: "1" }, fields: ["request_id"] },
  {
    method: "UpdateOrder",
    what: "everything at once",
    body: { order: { etag: "e".repeat(65) }, updateMask: "id", requestId: "1" },
    fields: ["order.etag", "request_id", "order.line_items", "update_mask", "order.id"],
  },
];

const time = "2001-01-01T00:00:00Z";

const listFaults: readonly BadRequest[] = [
  { method: "ListOrders", what: "a negative page_size", body: { pageSize: -1 }, fields: ["page_size"] },
  { method: "ListOrders", what: "an order that there is not", body: { orderBy: "total" }, fields: ["order_by"] },
  {
    method: "ListOrders",
    what: "a long order",
    body: { orderBy: "x".repeat(10_000) },
    fields: ["order_by", "order_by"],
  },
  {
    method: "ListOrders",
    what: "a state that there is not",
    body: { filter: { state: 99 } },
    fields: ["filter.state"],
  },
  { method: "ListOrders", what: "a view that there is not", body: { view: -7 }, fields: ["view"] },
  {
    method: "ListOrders",
    what: "an odd product",
    body: { filter: { productId: "a b" } },
    fields: ["filter.product_id"],
  },
  { method: "ListOrders", what: "a long token", body: { pageToken: "A".repeat(4_097) }, fields: ["page_token"] },
  {
    method: "ListOrders",
    what: "a forged token",
    body: { pageToken: "AAAA" },
    reason: "PAGE_TOKEN_INVALID",
    fields: ["page_token"],
  },
  {
    method: "ListOrders",
    what: "a token of nothing",
    body: { pageToken: "\u0000" },
    reason: "PAGE_TOKEN_INVALID",
    fields: ["page_token"],
  },
  {
    method: "ListOrders",
    what: "everything at once",
    body: { pageSize: -1, orderBy: "x", filter: { state: 9, productId: "?", createTimeAfter: time }, view: 9 },
    fields: ["page_size", "filter.state", "filter.product_id", "view", "order_by"],
  },
  {
    method: "ListOpenIntentions",
    what: "a negative page_size",
    body: { pageSize: -2147483648 },
    fields: ["page_size"],
  },
  {
    method: "ListOpenIntentions",
    what: "a forged token",
    body: { pageToken: "!" },
    reason: "PAGE_TOKEN_INVALID",
    fields: ["page_token"],
  },
];

const otherFaults: readonly BadRequest[] = [
  { method: "CreateOrder", what: "nothing", body: {}, fields: ["order", "order.line_items"] },
  {
    method: "CreateOrder",
    what: "a bad request_id",
    body: { order: { lineItems: [line()] }, requestId: ID.slice(1) },
    fields: ["request_id"],
  },
  { method: "GetOrder", what: "a view that there is not", body: { id: ID, view: 3 }, fields: ["view"] },
  { method: "CancelOrder", what: "a long etag", body: { id: ID, etag: "e".repeat(65) }, fields: ["etag"] },
  {
    method: "DeleteOrder",
    what: "a long etag and a bad id",
    body: { id: "x", etag: "e".repeat(65) },
    fields: ["id", "etag"],
  },
];

/** What is well formed as JSON, but no request of the method. */
const UNDECODABLE: readonly (readonly [method: Method, body: unknown, field: string | undefined])[] = [
  ["CreateOrder", [], undefined],
  ["CreateOrder", "order", undefined],
  ["CreateOrder", { order: "mine" }, undefined],
  ["CreateOrder", { order: { lineItems: {} } }, "line_items"],
  ["CreateOrder", { order: { lineItems: [line({ quantity: "many" })] } }, "quantity"],
  ["CreateOrder", { order: { lineItems: [line({ quantity: 1.5 })] } }, "quantity"],
  ["CreateOrder", { order: { lineItems: [line({ quantity: 2 ** 31 })] } }, "quantity"],
  ["CreateOrder", { order: { lineItems: [line({ quantity: 1e300 })] } }, "quantity"],
  ["CreateOrder", { order: { lineItems: [line({ unitPrice: eur({ units: "9223372036854775808" }) })] } }, "units"],
  ["CreateOrder", { order: { lineItems: [line({ productId: 7 })] } }, "product_id"],
  ["CreateOrder", { order: { lineItems: [null] } }, "line_items"],
  ["CreateOrder", { requestId: true }, "request_id"],
  ["GetOrder", { id: 7 }, "id"],
  ["ListOrders", { filter: { createTimeAfter: "yesterday" } }, undefined],
  ["ListOrders", { filter: { createTimeBefore: "10000-01-01T00:00:00Z" } }, undefined],
  ["ListOrders", { pageSize: "1e3x" }, "page_size"],
  ["UpdateOrder", { order, updateMask: 7 }, undefined],
  ["UpdateOrder", { order, updateMask: { paths: ["line_items"] } }, undefined],
  ["CancelOrder", { id: ID, etag: {} }, "etag"],
  ["DeleteOrder", { id: [ID] }, "id"],
  ["ListOpenIntentions", { pageSize: {} }, "page_size"],
];

export const BAD_REQUESTS: readonly BadRequest[] = [
  ...lineFaults,
  ...idFaults,
  ...updateFaults,
  ...listFaults,
  ...otherFaults,
];

export const UNDECODABLE_REQUESTS = UNDECODABLE.map(([method, body, field]) => ({ method, body, field }));
