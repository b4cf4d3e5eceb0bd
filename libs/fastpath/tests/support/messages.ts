import { create, type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import fc from "fast-check";

/** What a message holds, by the names of its properties. */
type Contents = Record<string, unknown>;

const int32 = fc.oneof(
  fc.integer(),
  fc.integer({ min: -200, max: 20_000 }),
  fc.constantFrom(0, -(2 ** 31), 2 ** 31 - 1),
);
const uint32 = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -300n, max: 300n }),
  fc.constantFrom(2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n), -(2n ** 63n), 2n ** 63n - 1n),
);
const uint64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(127n, 128n, 2n ** 53n, 2n ** 64n - 1n),
);
const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ minLength: 100, maxLength: 160 }),
  fc.string({ unit: fc.constantFrom("x", "é", "€", "😀", "\n", '"'), maxLength: 140 }),
);
const number = fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constantFrom(-0, 1e21, 1e-7, 2 ** 31, 2 ** 53));

function scalar(kind: ScalarType): fc.Arbitrary<unknown> {
  switch (kind) {
    case ScalarType.STRING:
      return text;
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 200 });
    case ScalarType.DOUBLE:
      return number;
    case ScalarType.FLOAT:
      return fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(-0, 0.1, 3.4028234663852886e38));
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return int64;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return uint64;
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return uint32;
    default:
      return int32;
  }
}

/** Of `google.protobuf.Timestamp` and of Duration, in their ranges. */
const nanos = fc.oneof(
  fc.nat(999_999_999),
  fc.nat(999_999).map((micros) => micros * 1_000),
  fc.constantFrom(0, 1, 10, 1_000, 500_000_000, 999_000_000),
);
const timestamp = fc.record({
  seconds: fc.oneof(
    fc.bigInt({ min: -62_135_596_800n, max: 253_402_300_799n }),
    fc.constantFrom(-62_135_596_800n, 253_402_300_799n, -1n, 951_782_399n, 951_782_400n, 951_868_800n),
  ),
  nanos,
});
const duration = fc
  .record({ seconds: fc.bigInt({ min: 0n, max: 315_576_000_000n }), nanos, minus: fc.boolean() })
  .map(({ seconds, nanos, minus }) => (minus ? { seconds: -seconds, nanos: -nanos } : { seconds, nanos }));

/** Valid messages of a type, from empty ones to full ones. */
export function messages(desc: DescMessage, depth = 2): fc.Arbitrary<Message> {
  return contents(desc, depth).map((fields) => create(desc, fields));
}

function contents(desc: DescMessage, depth: number): fc.Arbitrary<Contents> {
  if (desc.typeName === "google.protobuf.Timestamp") return timestamp;
  if (desc.typeName === "google.protobuf.Duration") return duration;
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  for (const field of desc.fields) {
    if (field.oneof !== undefined || (field.message !== undefined && depth === 0)) continue;
    members[field.localName] = valuesOf(field, depth);
  }
  for (const oneof of desc.oneofs) {
    const cases = oneof.fields.filter((field) => field.message === undefined || depth > 0);
    members[oneof.localName] = fc.oneof(
      ...cases.map((field) => fc.record({ case: fc.constant(field.localName), value: valuesOf(field, depth) })),
    );
  }
  return fc.record(members, { requiredKeys: [] });
}

function valuesOf(field: DescField, depth: number): fc.Arbitrary<unknown> {
  const item = itemsOf(field, depth);
  const maxLength = field.message === undefined ? 40 : 3;
  return field.fieldKind === "list" ? fc.array(item, { maxLength }) : item;
}

function itemsOf(field: DescField, depth: number): fc.Arbitrary<unknown> {
  if (field.message !== undefined) return messages(field.message, depth - 1);
  if (field.enum !== undefined) return fc.oneof(fc.constantFrom(...field.enum.values.map((v) => v.number)), int32);
  if (field.scalar === undefined) return fc.constant(undefined);
  const value = scalar(field.scalar);
  return "longAsString" in field && field.longAsString ? value.map(String) : value;
}
