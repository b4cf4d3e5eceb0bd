import {
  create,
  type DescField,
  type DescMessage,
  type DescMethodUnary,
  type Message,
  ScalarType,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { planMethod } from "@skyport/fastpath";
import { OrderService, ProductService } from "@skyport/proto";
import { seed } from "@skyport/testing";
import fc from "fast-check";

fc.configureGlobal({ seed: seed() });

const METHODS: readonly DescMethodUnary[] = [...ProductService.methods, ...OrderService.methods].filter(
  (method): method is DescMethodUnary => method.methodKind === "unary",
);

/** Responses of a type: empty, full, and with values that no service would send. */
function messages(desc: DescMessage): fc.Arbitrary<Message> {
  const members = Object.fromEntries(desc.fields.map((field) => [field.localName, fieldValues(field)]));
  return fc.record(members, { requiredKeys: [] }).map((fields) => create(desc, fields));
}

function fieldValues(field: DescField): fc.Arbitrary<unknown> {
  const values = field.message === undefined ? plainValues(field) : messages(field.message);
  return field.fieldKind === "list" ? fc.array(values, { maxLength: 5 }) : values;
}

function plainValues(field: DescField): fc.Arbitrary<unknown> {
  if (field.enum !== undefined) return fc.integer({ min: -1, max: field.enum.values.length });
  if (field.scalar === ScalarType.INT64) {
    const seconds = fc.bigInt({ min: -62_135_596_801n, max: 253_402_300_800n });
    return fc.oneof(seconds, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }));
  }
  if (field.scalar === ScalarType.INT32) {
    return fc.oneof(fc.nat(999_999_999), fc.integer(), fc.constantFrom(0, 1_000, 5_000_000, 2 ** 31, 1.5, Number.NaN));
  }
  if (field.scalar === ScalarType.BOOL) return fc.boolean();
  return fc.oneof(fc.string(), fc.string({ unit: "binary", maxLength: 200 }), fc.constantFrom("\ud800", "a\nb", '"'));
}

/** The bytes as text, or the error's message. */
function outcome(encode: () => string | Uint8Array): string {
  try {
    return Buffer.from(encode()).toString("latin1");
  } catch (error) {
    return String(error).replace(/^.*?(cannot encode|expected|invalid)/, "$1");
  }
}

describe("responses are encoded as protobuf-es does it", () => {
  test.each(METHODS.map((method) => [method.name, method] as const))("%s", (_, method) => {
    const plan = planMethod(method, () => create(method.output), {});
    if (plan === undefined) throw new Error("the method has no plan");
    fc.assert(
      fc.property(messages(method.output), (message) => {
        const json = outcome(() => plan.codec.encode(message, false).bytes);
        expect(json).toBe(outcome(() => toJsonString(method.output, message)));
        const binary = outcome(() => plan.codec.encode(message, true).bytes);
        expect(binary).toBe(outcome(() => toBinary(method.output, message)));
      }),
    );
  });
});
