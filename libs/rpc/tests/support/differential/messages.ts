import { create, type DescMessage, toBinary } from "@bufbuild/protobuf";
import { Health, OrderService, ProductService } from "@skyport/proto";
import { envelope } from "../post.ts";

/** A method, and a valid request that carries a program. */
export interface Rpc {
  readonly path: string;
  readonly input: DescMessage;
  readonly json: (program: string) => Record<string, unknown>;
}

const products = "/skyport.product.v1.ProductService";
const { getProduct, createProduct, updateProduct, listProducts, batchGetProducts, deleteProduct } =
  ProductService.method;

/** The first is the usual one. DeleteProduct has no implementation. */
export const RPCS = {
  get: { path: `${products}/GetProduct`, input: getProduct.input, json: (id) => ({ id }) },
  create: {
    path: `${products}/CreateProduct`,
    input: createProduct.input,
    json: (id) => ({ product: { id, title: "T", price: { currencyCode: "EUR", units: "12" }, inStock: 3 } }),
  },
  update: {
    path: `${products}/UpdateProduct`,
    input: updateProduct.input,
    json: (id) => ({ product: { id }, updateMask: "title,inStock" }),
  },
  list: {
    path: `${products}/ListProducts`,
    input: listProducts.input,
    json: (pageToken) => ({ pageToken, pageSize: 20 }),
  },
  batch: { path: `${products}/BatchGetProducts`, input: batchGetProducts.input, json: (id) => ({ ids: [id, "b"] }) },
  orders: {
    path: "/skyport.order.v1.OrderService/ListOrders",
    input: OrderService.method.listOrders.input,
    json: (pageToken) => ({ pageToken, filter: { state: "ORDER_STATE_CONFIRMED" } }),
  },
  remove: { path: `${products}/DeleteProduct`, input: deleteProduct.input, json: (id) => ({ id }) },
  health: { path: "/grpc.health.v1.Health/Check", input: Health.method.check.input, json: () => ({}) },
} as const satisfies Readonly<Record<string, Rpc>>;

/** How the bytes of a message are made. */
export type Codec = "json" | "proto" | "grpc-web";

/** The codec that a content type asks for; JSON where it is none of ours. */
export function codecOf(contentType: string | undefined): Codec {
  if (/grpc-web/i.test(contentType ?? "")) return "grpc-web";
  return /proto|grpc/i.test(contentType ?? "") ? "proto" : "json";
}

/** What is wrong with a message, or odd. The first is a valid one. */
export type Shape = keyof typeof JSON_SHAPES;

type Make = (json: string, program: string) => string | Uint8Array;

const field =
  (name: string, value: string): Make =>
  (json) =>
    `${json.slice(0, -1)},"${name}":${value}}`;

const JSON_SHAPES = {
  valid: (json) => json,
  empty: () => "",
  blank: () => " \r\n\t ",
  spaces: (json) => ` \n${json}\t `,
  pretty: (json) => JSON.stringify(JSON.parse(json), null, 4),
  object: () => "{}",
  null: () => "null",
  array: (json) => `[${json}]`,
  text: () => '"text"',
  number: () => "1",
  truncated: (json) => json.slice(0, -1),
  cut: (json) => json.slice(0, Math.ceil(json.length / 2)),
  garbage: (json) => `${json}}`,
  twice: (json) => json + json,
  comment: (json) => `/* */${json}`,
  bom: (json) => `\ufeff${json}`,
  boms: (json) => `\ufeff\ufeff${json}`,
  latin1: (json) => Buffer.from(json.replace("{", '{"x":"caf\u00e9",'), "latin1"),
  utf16: (json) => Buffer.from(json, "utf16le"),
  surrogate: field("x", '"\\ud800"'),
  surrogateInside: (_, program) => `{"id":"${program}\\ud800"}`,
  nul: field("x", '"\\u0000"'),
  zero: (json) => `${json}\0`,
  unknown: field("unknown", '{"a":[1,{"b":null}]}'),
  unknownTwice: field("unknown", '{"a":1,"a":2}'),
  duplicate: (json) => json.replace("{", '{"id":"first","id":"second",'),
  escaped: (json) => json.replace('"id"', '"\\u0069d"'),
  escapedTwice: (json, program) => json.replace("{", `{"id":"${program}","\\u0069d":"b",`),
  prototypes: field("__proto__", '{"id":"x"}'),
  constructors: field("constructor", "1"),
  deep: field("x", "[".repeat(2_000) + "]".repeat(2_000)),
  deepest: () => "[".repeat(200_000),
  deepFields: () => '{"x":'.repeat(50_000),
  idNumber: () => '{"id":5,"pageToken":5,"product":5,"ids":5}',
  idNull: () => '{"id":null,"product":null,"ids":null,"pageToken":null}',
  idObject: () => '{"id":{},"product":[],"ids":{},"pageToken":[]}',
  bigNumber: () => '{"pageSize":4294967296,"product":{"inStock":1e400}}',
  float: () => '{"pageSize":1.5,"product":{"inStock":1.5}}',
  exponent: () => '{"pageSize":1e1,"product":{"id":"a","inStock":1e1}}',
  numberText: () => '{"pageSize":"7","product":{"id":"a","inStock":"7"}}',
  long: () => '{"product":{"id":"a","price":{"currencyCode":"EUR","units":99999999999999999999}}}',
  badTime: () => '{"product":{"id":"a","createTime":"yesterday"}}',
  badEnum: () => '{"filter":{"state":"ORDER_STATE_LOST"}}',
  enumNumber: () => '{"filter":{"state":77}}',
  enumNull: () => '{"filter":{"state":null}}',
  badMask: () => '{"product":{"id":"a"},"updateMask":"a.b,,C_d"}',
  snake: () => '{"page_size":3,"product":{"id":"a","in_stock":3}}',
  bothNames: () => '{"page_size":3,"pageSize":4}',
  invalid: () => '{"id":"!","product":{"id":"!","inStock":-1},"ids":[],"pageSize":-1}',
  violations: () => JSON.stringify({ ids: Array.from({ length: 100 }, (_, index) => `!${index}`) }),
  wordy: () => JSON.stringify({ id: "!".repeat(5_000), product: { id: "x", title: "t".repeat(5_000) } }),
  atLimit: (json) => json + " ".repeat(Math.max(0, 10_000 - json.length)),
  aboveLimit: (json) => json + " ".repeat(Math.max(0, 10_001 - json.length)),
  farAboveLimit: (json) => json + " ".repeat(200_000),
  binary: () => Buffer.from([0, 255, 1, 254]),
} as const satisfies Readonly<Record<string, Make>>;

type Damage = (bytes: Buffer) => Buffer;

/** Of binary messages. A shape that is not here is made from the JSON of that name, byte by byte. */
const PROTO_SHAPES: Partial<Record<Shape, Damage>> = {
  valid: (bytes) => bytes,
  empty: () => Buffer.alloc(0),
  truncated: (bytes) => bytes.subarray(0, -1),
  cut: (bytes) => bytes.subarray(0, Math.ceil(bytes.length / 2)),
  twice: (bytes) => Buffer.concat([bytes, bytes]),
  unknown: (bytes) => Buffer.concat([bytes, Buffer.from([0xf8, 0x07, 1, 0xfa, 0x07, 1, 97])]),
  garbage: (bytes) => Buffer.concat([bytes, Buffer.from([0xff, 0xff])]),
  zero: (bytes) => Buffer.concat([bytes, Buffer.from([0, 1])]),
  surrogate: (bytes) => Buffer.concat([bytes, Buffer.from([0x0a, 3, 0xed, 0xa0, 0x80])]),
  latin1: () => Buffer.from([0x0a, 2, 0xff, 0xfe]),
  bigNumber: () => Buffer.from([0x08, ...Array<number>(12).fill(0xff), 1]),
  long: () => Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1]),
  idNumber: () => Buffer.from([0x08, 1, 0x12, 1, 97]),
  array: (bytes) => Buffer.concat([Buffer.from([0x7b]), bytes, Buffer.from([0x7c])]),
  deep: (bytes) => Buffer.concat([bytes, Buffer.alloc(300, 0x7b), Buffer.alloc(300, 0x7c)]),
  atLimit: (bytes) => padded(bytes, 10_000),
  aboveLimit: (bytes) => padded(bytes, 10_001),
};

/** An unknown field makes the message as long as that. */
function padded(bytes: Buffer, length: number): Buffer {
  const rest = length - bytes.length - 4;
  return Buffer.concat([bytes, Buffer.from([0xfa, 0x07, (rest & 127) | 128, rest >> 7]), Buffer.alloc(rest)]);
}

export const SHAPES = Object.keys(JSON_SHAPES) as [Shape, ...Shape[]];

/** The body of a request. */
export function encodeMessage(rpc: Rpc, codec: Codec, shape: Shape, program: string): Buffer {
  if (codec !== "json") {
    const damage = PROTO_SHAPES[shape];
    if (damage !== undefined) {
      const message = toBinary(rpc.input, create(rpc.input, binaryInit(rpc, program)));
      const bytes = damage(Buffer.from(message));
      return codec === "proto" ? bytes : envelope(bytes);
    }
  }
  const made = JSON_SHAPES[shape](JSON.stringify(rpc.json(program)), program);
  return Buffer.from(made);
}

/** The same message for the binary form: two fields have another form in JSON. */
function binaryInit(rpc: Rpc, program: string): Record<string, unknown> {
  return JSON.parse(JSON.stringify(rpc.json(program)), (key, value: unknown) => {
    if (key === "units") return BigInt(String(value));
    if (key === "updateMask") return { paths: ["title", "in_stock"] };
    if (key === "state") return 3;
    return value;
  });
}
