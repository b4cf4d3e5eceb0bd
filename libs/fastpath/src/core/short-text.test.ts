import { create, createFileRegistry, equals, fromJsonString } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { expect, test } from "@jest/globals";
import { shortTextReader } from "./short-text.ts";

const registry = createFileRegistry(
  create(FileDescriptorProtoSchema, {
    name: "m.proto",
    syntax: "proto3",
    messageType: [
      {
        name: "M",
        field: [
          { name: "own_id", jsonName: "ownId", number: 1, type: 9, label: 1 },
          { name: "note", jsonName: "note", number: 2, type: 9, label: 1, proto3Optional: true, oneofIndex: 1 },
          { name: "one", jsonName: "one", number: 3, type: 9, label: 1, oneofIndex: 0 },
          { name: "many", jsonName: "many", number: 4, type: 9, label: 3 },
          { name: "data", jsonName: "data", number: 5, type: 12, label: 1 },
        ],
        oneofDecl: [{ name: "choice" }, { name: "_note" }],
      },
    ],
  }),
  () => undefined,
);
const M = registry.getMessage("M");
if (M === undefined) throw new Error("no M");
const read = shortTextReader(M);

test.each(['{"ownId":"a"}', '{"own_id":"a b~!"}', '{"ownId":""}', '{"note":""}', '{"note":"{x:[1]}"}'])(
  "%s is read as the decoder does",
  (text) => {
    const message = read?.(Buffer.from(text));
    if (message === undefined) throw new Error("it was not read");
    const expected = fromJsonString(M, text);
    expect(equals(M, message, expected)).toBe(true);
    expect(Object.entries(message)).toEqual(Object.entries(expected));
  },
);

test.each([
  "",
  "{}",
  '{"ownId":"a","note":"b"}',
  '{"ownId":"a","ownId":"b"}',
  '{ "ownId":"a"}',
  '{"ownId":"a\\n"}',
  '{"ownId":"a\n"}',
  '{"ownId":"é"}',
  '{"ownId":"a\u007f"}',
  '{"own\\u0049d":"a"}',
  '{"ownId":5}',
  '{"ownId":null}',
  '{"unknown":"a"}',
  '{"__proto__":"a"}',
  '{"constructor":"a"}',
  '{"one":"a"}',
  '{"many":"a"}',
  '{"data":"YQ=="}',
  '\ufeff{"ownId":"a"}',
  `{"ownId":"${"x".repeat(300)}"}`,
])("%s is left to the decoder", (text) => {
  expect(read?.(Buffer.from(text))).toBeUndefined();
});

test("a message without text has no such reader", () => {
  expect(shortTextReader(TimestampSchema)).toBeUndefined();
});
