import { create, createFileRegistry, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import type { GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  MethodOptions_IdempotencyLevel,
} from "@bufbuild/protobuf/wkt";

/*
 * A service of these tests' own, as protoc would give it:
 *
 *   message Item { string id = 1; int32 count = 2; bytes data = 3; repeated string tags = 4; Item inner = 5; }
 *   service Shop { rpc Get(Item) returns (Item); rpc Read(Item) returns (Item); rpc Watch(Item) returns (stream Item); }
 */
const LABEL_OPTIONAL = 1;
const LABEL_REPEATED = 3;

const FILE: FileDescriptorProto = create(FileDescriptorProtoSchema, {
  name: "shop.proto",
  package: "shop.v1",
  syntax: "proto3",
  messageType: [
    {
      name: "Item",
      field: [
        { name: "id", jsonName: "id", number: 1, type: 9, label: LABEL_OPTIONAL },
        { name: "count", jsonName: "count", number: 2, type: 5, label: LABEL_OPTIONAL },
        { name: "data", jsonName: "data", number: 3, type: 12, label: LABEL_OPTIONAL },
        { name: "tags", jsonName: "tags", number: 4, type: 9, label: LABEL_REPEATED },
        { name: "inner", jsonName: "inner", number: 5, type: 11, typeName: ".shop.v1.Item", label: LABEL_OPTIONAL },
      ],
    },
  ],
  service: [
    {
      name: "Shop",
      method: [
        { name: "Get", inputType: ".shop.v1.Item", outputType: ".shop.v1.Item" },
        {
          name: "Read",
          inputType: ".shop.v1.Item",
          outputType: ".shop.v1.Item",
          options: { idempotencyLevel: MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS },
        },
        { name: "Watch", inputType: ".shop.v1.Item", outputType: ".shop.v1.Item", serverStreaming: true },
      ],
    },
  ],
});

const registry = createFileRegistry(FILE, () => undefined);

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("shop.proto lacks it");
  return value;
}

export type ItemMessage = Message<"shop.v1.Item"> & {
  id: string;
  count: number;
  data: Uint8Array;
  tags: string[];
  inner?: ItemMessage;
};
type ItemSchema = GenMessage<ItemMessage>;

// What protoc-gen-es says of generated code, said by hand.
export const Item = found(registry.getMessage("shop.v1.Item")) as ItemSchema;
export const Shop = found(registry.getService("shop.v1.Shop")) as GenService<{
  get: { methodKind: "unary"; input: ItemSchema; output: ItemSchema };
  read: { methodKind: "unary"; input: ItemSchema; output: ItemSchema };
  watch: { methodKind: "server_streaming"; input: ItemSchema; output: ItemSchema };
}>;

export function item(fields: MessageInitShape<ItemSchema>): ItemMessage {
  return create(Item, fields);
}
