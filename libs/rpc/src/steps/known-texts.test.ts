import { create, createFileRegistry, type DescMessage, fromBinary, setExtension } from "@bufbuild/protobuf";
import { FieldOptionsSchema, FileDescriptorProtoSchema, MessageOptionsSchema } from "@bufbuild/protobuf/wkt";
import {
  FieldRulesSchema,
  field as fieldRules,
  MessageRulesSchema,
  message as messageRules,
  StringRulesSchema,
} from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { describe, expect, test } from "@jest/globals";
import {
  BatchGetProductsRequestSchema,
  GetProductRequestSchema,
  ListProductsRequestSchema,
  ProductSchema,
} from "@skyport/proto";
import { KnownTexts, onlyText } from "./known-texts.ts";

/** message M { string id = 1 [rules]; } */
function messageWith(
  field: Parameters<typeof create<typeof FieldRulesSchema>>[1],
  whole: Parameters<typeof create<typeof MessageRulesSchema>>[1] = {},
): DescMessage {
  const options = create(FieldOptionsSchema);
  setExtension(options, fieldRules, create(FieldRulesSchema, field));
  const ofMessage = create(MessageOptionsSchema);
  setExtension(ofMessage, messageRules, create(MessageRulesSchema, whole));
  const file = create(FileDescriptorProtoSchema, {
    name: "m.proto",
    syntax: "proto3",
    messageType: [
      {
        name: "M",
        options: ofMessage,
        field: [{ name: "own_id", jsonName: "ownId", number: 1, type: 9, label: 1, options }],
      },
    ],
  });
  const schema = createFileRegistry(file, () => undefined).getMessage("M");
  if (schema === undefined) throw new Error("no M");
  return schema;
}

/** Rules with an extension of somebody's own: a field that their type does not know. */
const PREDEFINED = fromBinary(StringRulesSchema, new Uint8Array([0xc8, 0x48, 0x01]));

describe("only what depends on its text alone is remembered", () => {
  test("one text, under standard rules or none", () => {
    expect(onlyText(GetProductRequestSchema)).toBe("id");
    expect(onlyText(messageWith({}))).toBe("ownId");
    expect(onlyText(messageWith({ type: { case: "string", value: { minLen: 1n } } }))).toBe("ownId");
  });

  test.each([
    ["several fields", ProductSchema],
    ["fields that are no text", ListProductsRequestSchema],
    ["a list", BatchGetProductsRequestSchema],
    ["an expression on the field", messageWith({ cel: [{ id: "a", expression: "now > timestamp(this)" }] })],
    ["a bare expression on the field", messageWith({ celExpression: ["this != ''"] })],
    ["an expression on the message", messageWith({}, { cel: [{ id: "a", expression: "this.own_id != ''" }] })],
    ["a predefined rule", messageWith({ type: { case: "string", value: PREDEFINED } })],
  ])("not %s", (_, schema) => {
    expect(onlyText(schema)).toBeUndefined();
  });
});

test("a text that was found valid is known, for its kind of message", () => {
  const known = new KnownTexts();
  const of = (id: string) => create(GetProductRequestSchema, { id });
  expect(known.has(GetProductRequestSchema, of("a"))).toBe(false);
  known.add(GetProductRequestSchema, of("a"));
  expect(known.has(GetProductRequestSchema, of("a"))).toBe(true);
  expect(known.has(GetProductRequestSchema, of("b"))).toBe(false);
  const other = messageWith({});
  expect(known.has(other, create(other, { ownId: "a" }))).toBe(false);
});

test("what is remembered stays small", () => {
  const known = new KnownTexts();
  const of = (id: string) => create(GetProductRequestSchema, { id });
  known.add(GetProductRequestSchema, of("x".repeat(129)));
  expect(known.has(GetProductRequestSchema, of("x".repeat(129)))).toBe(false);
  for (let i = 0; i < 5_000; i++) known.add(GetProductRequestSchema, of(String(i)));
  const kept = Array.from({ length: 5_000 }, (_, i) => known.has(GetProductRequestSchema, of(String(i))));
  expect(kept.filter(Boolean).length).toBeLessThanOrEqual(1_024);
  expect(kept.at(-1)).toBe(true);
});
