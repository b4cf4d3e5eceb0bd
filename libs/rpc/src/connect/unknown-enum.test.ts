import type { JsonValue } from "@bufbuild/protobuf";
import { create, createFileRegistry } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { expect, test } from "@jest/globals";
import { GetProductRequestSchema, ListOrdersRequestSchema } from "@skyport/proto";
import { enumCheck, UnknownEnumError } from "./unknown-enum.ts";

/** message M { E one = 1; repeated E many = 2; map<string, E> by_key = 3; M again = 4; } */
const FILE: FileDescriptorProto = create(FileDescriptorProtoSchema, {
  name: "m.proto",
  syntax: "proto3",
  enumType: [
    {
      name: "E",
      value: [
        { name: "E_UNSPECIFIED", number: 0 },
        { name: "E_A", number: 1 },
      ],
    },
  ],
  messageType: [
    {
      name: "M",
      field: [
        { name: "one", number: 1, type: 14, typeName: ".E", label: 1 },
        { name: "many", number: 2, type: 14, typeName: ".E", label: 3 },
        { name: "by_key", jsonName: "byKey", number: 3, type: 11, typeName: ".M.ByKeyEntry", label: 3 },
        { name: "again", number: 4, type: 11, typeName: ".M", label: 1 },
      ],
      nestedType: [
        {
          name: "ByKeyEntry",
          options: { mapEntry: true },
          field: [
            { name: "key", number: 1, type: 9, label: 1 },
            { name: "value", number: 2, type: 14, typeName: ".E", label: 1 },
          ],
        },
      ],
    },
  ],
});

function checkOfM(json: JsonValue): string | undefined {
  const schema = createFileRegistry(FILE, () => undefined).getMessage("M");
  if (schema === undefined) throw new Error("no schema");
  try {
    enumCheck(schema)?.(json);
    return undefined;
  } catch (error) {
    if (error instanceof UnknownEnumError) return error.path;
    throw error;
  }
}

test.each<[JsonValue, string | undefined]>([
  [{ one: "E_A" }, undefined],
  [{ one: 7 }, undefined],
  [{ one: null }, undefined],
  [{ one: "E_B" }, "one"],
  [{ many: ["E_A", "E_B"] }, "many[1]"],
  [{ byKey: { x: "E_A", y: "E_B" } }, "by_key[y]"],
  [{ by_key: { y: "E_B" } }, "by_key[y]"],
  [{ again: { again: { one: "E_B" } } }, "again.again.one"],
  [{ other: "E_B", one: "E_A" }, undefined],
  [["E_B"], undefined],
  ["E_B", undefined],
  [{ many: "E_B", again: "E_B" }, undefined],
])("%j", (json, path) => {
  expect(checkOfM(json)).toBe(path);
});

test("a message that can hold no enum needs no check", () => {
  expect(enumCheck(GetProductRequestSchema)).toBeUndefined();
  expect(enumCheck(ListOrdersRequestSchema)).toBeDefined();
});
