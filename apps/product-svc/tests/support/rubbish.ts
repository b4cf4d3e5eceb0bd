import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import fc from "fast-check";

/** Values that a test wants to appear often: ids of rows that exist, tokens that were issued. */
export interface Familiar {
  readonly productIds: readonly string[];
  readonly reservationIds: readonly string[];
  readonly etags: readonly string[];
  readonly tokens: readonly string[];
  readonly requestIds: readonly string[];
}

const NASTY_TEXTS = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "a\udfff",
  "\u{10FFFF}",
  "\uFFFE",
  "é",
  "e\u0301",
  "İ",
  "ß",
  "%",
  "_",
  "\\",
  "'; DROP TABLE products; --",
  "*",
  "title",
  "in_stock",
  "price.units",
  "title desc",
  "id",
  "create_time",
  "__proto__",
  "constructor",
  "NaN",
  "9223372036854775808",
  "zzzzzzzzzzzz",
  "zzzzzzzzzzzzzzzz",
  "00000000-0000-0000-0000-000000000000",
  "ffffffff-ffff-ffff-ffff-ffffffffffff",
  "x".repeat(10_000),
  "\ud83d".repeat(200),
];

const NASTY_INTEGERS = [0, 1, -1, 2, 50, 1000, 1001, 10_000, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53, 1e300, 0.5, -0];
const NASTY_LONGS = [
  "0",
  "1",
  "-1",
  "1000000000000000",
  "1000000000000001",
  "9223372036854775807",
  "-9223372036854775808",
];
const NASTY_TIMES = [
  "1970-01-01T00:00:00Z",
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999999999Z",
  "0000-01-01T00:00:00Z",
  "10000-01-01T00:00:00Z",
  "now",
];

/** A message as JSON: the schema's shape, with values from ordinary to absurd. Most fields have the type they should. */
export function rubbishJson(message: DescMessage, familiar: Familiar): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: shaped(message, familiar, 0) }, { weight: 1, arbitrary: fc.jsonValue() });
}

function shaped(message: DescMessage, familiar: Familiar, depth: number): fc.Arbitrary<unknown> {
  if (message.typeName === "google.protobuf.Timestamp") return fc.constantFrom(...NASTY_TIMES);
  if (message.typeName === "google.protobuf.FieldMask") return mask();
  const fields = message.fields.map((field) => [field.jsonName, value(field, familiar, depth)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
}

function value(field: DescField, familiar: Familiar, depth: number): fc.Arbitrary<unknown> {
  const fitting = fc.oneof(...fittingValues(field, familiar, depth));
  const each =
    field.fieldKind === "list"
      ? fc.oneof({ weight: 6, arbitrary: fc.array(fitting, { maxLength: 4 }) }, many(fitting))
      : fitting;
  return fc.oneof({ weight: 30, arbitrary: each }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) });
}

/** More than a list may have. */
function many(element: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.array(element, { minLength: 99, maxLength: 103 });
}

function fittingValues(field: DescField, familiar: Familiar, depth: number): fc.Arbitrary<unknown>[] {
  const message = field.message;
  if (message !== undefined) return [depth > 4 ? fc.constant({}) : shaped(message, familiar, depth + 1)];
  switch (field.scalar) {
    case ScalarType.BOOL:
      return [fc.boolean()];
    case ScalarType.INT64:
      return [fc.constantFrom(...NASTY_LONGS), fc.nat().map(String)];
    case ScalarType.INT32:
      return [fc.constantFrom(...NASTY_INTEGERS), fc.nat(20), fc.integer({ min: -5, max: 5 })];
    default:
      return [text(field, familiar)];
  }
}

function text(field: DescField, familiar: Familiar): fc.Arbitrary<string> {
  const known = familiarTexts(field.name, familiar);
  const wild = fc.oneof(fc.constantFrom(...NASTY_TEXTS), fc.string({ unit: "binary", maxLength: 30 }));
  if (known.length === 0) return fc.oneof(wild, fc.string({ minLength: 1, maxLength: 20 }));
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, wild);
}

function familiarTexts(field: string, familiar: Familiar): readonly string[] {
  const { productIds, reservationIds, etags, tokens, requestIds } = familiar;
  const texts: Readonly<Record<string, readonly string[]>> = {
    id: productIds,
    ids: productIds,
    product_id: productIds,
    reservation_id: reservationIds,
    etag: etags,
    page_token: tokens,
    request_id: requestIds,
    order_by: ["", "title", "id", "create_time desc"],
    currency_code: ["EUR", "USD"],
  };
  return texts[field] ?? [];
}

function mask(): fc.Arbitrary<string> {
  const path = fc.constantFrom("title", "inStock", "price", "price.units", "id", "*", "passengerCapacity", "", "x y");
  return fc.array(path, { maxLength: 4 }).map((paths) => paths.join(","));
}

/** Bytes that look like protobuf: fields with any number and wire type, any content. */
export const rubbishBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(0, 1, 2, 5), fc.uint8Array({ maxLength: 20 })), {
      maxLength: 6,
    })
    .map((fields) => Uint8Array.from(fields.flatMap(([number, type, content]) => encoded(number, type, content)))),
);

function encoded(number: number, type: number, content: Uint8Array): number[] {
  const tag = (number << 3) | type;
  if (type === 2) return [tag, content.length, ...content];
  if (type === 0) return [tag, ...content.slice(0, 9).map((byte) => byte | 0x80), 0x01];
  return [tag, ...content.slice(0, type === 1 ? 8 : 4)];
}
