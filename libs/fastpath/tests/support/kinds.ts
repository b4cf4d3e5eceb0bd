import { create, createFileRegistry, type DescMessage, type FileRegistry } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldOptions_JSType,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";

/*
 * Types with fields of every kind: singular ones with and without presence, lists, a oneof, in the syntaxes of proto2 and
 * proto3, and types that only protobuf-es can write.
 */
const { OPTIONAL, REPEATED, REQUIRED } = FieldDescriptorProto_Label;
const { MESSAGE, ENUM, GROUP, STRING, BYTES, INT32, INT64, UINT64, SFIXED64 } = FieldDescriptorProto_Type;

const WKT_FILES = [
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
];

type Field = NonNullable<Parameters<typeof create<typeof FileDescriptorProtoSchema>>[1]>["messageType"] extends
  | (infer M)[]
  | undefined
  ? M extends { field?: (infer F)[] | undefined }
    ? F
    : never
  : never;

const SCALARS = Object.values(FieldDescriptorProto_Type).filter(
  (type): type is FieldDescriptorProto_Type => typeof type === "number" && ![GROUP, MESSAGE, ENUM].includes(type),
);

/** A field of a type that has a name. */
const named = (name: string, number: number, typeName: string, label = OPTIONAL): Field => ({
  name,
  number,
  typeName,
  label,
  type: typeName.endsWith("Color") ? ENUM : MESSAGE,
});

const LONG_TEXTS = [INT64, UINT64, SFIXED64].map((type, index) => ({
  name: `long_text_${index}`,
  number: 90 + index,
  label: index === 2 ? REPEATED : OPTIONAL,
  type,
  options: { jstype: FieldOptions_JSType.JS_STRING },
}));

const KINDS: Partial<DescriptorProto> | object = {
  name: "Kinds",
  field: [
    ...SCALARS.map((type) => ({ name: `plain_${type}`, number: type, label: OPTIONAL, type })),
    ...SCALARS.map((type, index) => ({
      name: `maybe_${type}`,
      number: 20 + type,
      label: OPTIONAL,
      type,
      proto3Optional: true,
      oneofIndex: index + 1,
    })),
    ...SCALARS.map((type) => ({ name: `list_${type}`, number: 40 + type, label: REPEATED, type })),
    ...SCALARS.map((type) => ({ name: `case_${type}`, number: 60 + type, label: OPTIONAL, type, oneofIndex: 0 })),
    ...LONG_TEXTS,
    { name: "loose", number: 100, label: REPEATED, type: INT32, options: { packed: false } },
    { name: "other_name", jsonName: 'a "Name" \u00e9', number: 2_047, label: OPTIONAL, type: STRING },
    named("color", 200, ".kinds.Color"),
    named("colors", 201, ".kinds.Color", REPEATED),
    { ...named("case_color", 202, ".kinds.Color"), oneofIndex: 0 },
    named("child", 203, ".kinds.Kinds"),
    named("children", 204, ".kinds.Kinds", REPEATED),
    { ...named("case_child", 205, ".kinds.Kinds"), oneofIndex: 0 },
    named("timestamp", 206, ".google.protobuf.Timestamp"),
    named("timestamps", 207, ".google.protobuf.Timestamp", REPEATED),
    named("duration", 208, ".google.protobuf.Duration"),
    named("durations", 209, ".google.protobuf.Duration", REPEATED),
    named("empty", 210, ".google.protobuf.Empty"),
    named("nothing", 211, ".kinds.Nothing"),
    named("old", 536_870_911, ".kinds.old.Old"),
    // Its number is less than those before it.
    { name: "early", number: 19, label: OPTIONAL, type: BYTES },
  ],
  oneofDecl: [{ name: "choice" }, ...SCALARS.map((type) => ({ name: `_maybe_${type}` }))],
};

/** A type with one field. */
const one = (name: string, field: Field, more: object = {}) => ({ name, field: [field], ...more });

const REFUSED = [
  one("Any", named("any", 1, ".google.protobuf.Any")),
  one("Mask", named("mask", 1, ".google.protobuf.FieldMask")),
  one("Struct", named("struct", 1, ".google.protobuf.Struct")),
  one("Value", named("value", 1, ".google.protobuf.Value", REPEATED)),
  one("Null", { ...named("null", 1, ".google.protobuf.NullValue"), type: ENUM }),
  one("Wrapper", named("wrapper", 1, ".google.protobuf.StringValue")),
  one("Numeric", { name: "numeric", jsonName: "5", number: 1, label: OPTIONAL, type: STRING }),
  one("Proto", { name: "proto", jsonName: "__proto__", number: 1, label: OPTIONAL, type: STRING }),
  one("Inherited", { name: "is_prototype_of", number: 1, label: OPTIONAL, type: STRING }),
  one("Twice", { name: "a", jsonName: "same", number: 1, label: OPTIONAL, type: STRING }),
  one("Map", named("map", 1, ".kinds.refused.Map.MapEntry", REPEATED), {
    nestedType: [
      {
        name: "MapEntry",
        options: { mapEntry: true },
        field: [
          { name: "key", number: 1, label: OPTIONAL, type: STRING },
          { name: "value", number: 2, label: OPTIONAL, type: STRING },
        ],
      },
    ],
  }),
  // What it contains cannot be written, though it contains itself before that.
  {
    name: "Deep",
    field: [named("deep", 1, ".kinds.refused.Deep"), named("map", 2, ".kinds.refused.Map")],
  },
];
for (const type of REFUSED) {
  if (type.name === "Twice") type.field.push({ name: "b", jsonName: "same", number: 2, label: OPTIONAL, type: STRING });
}

const REFUSED_OLD = [
  one("Required", { name: "required", number: 1, label: REQUIRED, type: INT32 }),
  one("Group", { ...named("g", 1, ".kinds.refused.old.Group.G"), type: GROUP }, { nestedType: [{ name: "G" }] }),
];

const FILES: FileDescriptorProto[] = [
  create(FileDescriptorProtoSchema, {
    name: "old.proto",
    package: "kinds.old",
    syntax: "proto2",
    enumType: [{ name: "Color", value: [3, 5].map((number) => ({ name: `OLD_${number}`, number })) }],
    messageType: [
      {
        name: "Old",
        field: [
          ...SCALARS.map((type) => ({ name: `plain_${type}`, number: type, label: OPTIONAL, type })),
          { name: "seven", number: 30, label: OPTIONAL, type: INT32, defaultValue: "7" },
          { name: "loose", number: 31, label: REPEATED, type: INT32 },
          { name: "packed", number: 32, label: REPEATED, type: INT32, options: { packed: true } },
          named("color", 33, ".kinds.old.Color"),
          named("child", 34, ".kinds.old.Old"),
        ],
        extensionRange: [{ start: 100, end: 200 }],
      },
    ],
    extension: [{ name: "extra", number: 100, label: OPTIONAL, type: INT32, extendee: ".kinds.old.Old" }],
  }),
  create(FileDescriptorProtoSchema, {
    name: "kinds.proto",
    package: "kinds",
    syntax: "proto3",
    dependency: ["old.proto", ...WKT_FILES.map((file) => file.proto.name)],
    enumType: [
      {
        name: "Color",
        options: { allowAlias: true },
        value: [
          { name: "NONE", number: 0 },
          { name: "RED", number: 1 },
          { name: "ALSO_RED", number: 1 },
          { name: "BELOW", number: -1 },
        ],
      },
    ],
    messageType: [KINDS, { name: "Nothing" }],
  }),
  create(FileDescriptorProtoSchema, {
    name: "refused.proto",
    package: "kinds.refused",
    syntax: "proto3",
    dependency: WKT_FILES.map((file) => file.proto.name),
    messageType: REFUSED,
  }),
  create(FileDescriptorProtoSchema, {
    name: "refused_old.proto",
    package: "kinds.refused.old",
    syntax: "proto2",
    messageType: REFUSED_OLD,
  }),
];

export const registry: FileRegistry = createFileRegistry(
  create(FileDescriptorSetSchema, { file: [...WKT_FILES.map((file) => file.proto), ...FILES.map(withJsonNames)] }),
);

/** As protoc gives it: each field has a name for JSON. */
function withJsonNames(file: FileDescriptorProto): FileDescriptorProto {
  for (const { field } of file.messageType.flatMap((type) => [type, ...type.nestedType])) {
    for (const one of field) {
      if (one.jsonName === "") one.jsonName = one.name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    }
  }
  return file;
}

function found(name: string): DescMessage {
  const desc = registry.getMessage(name);
  if (desc === undefined) throw new Error(`there is no ${name}`);
  return desc;
}

export const Kinds = found("kinds.Kinds");
export const Old = found("kinds.old.Old");
export const refused: readonly DescMessage[] = [
  ...REFUSED.map(({ name }) => found(`kinds.refused.${name}`)),
  ...REFUSED_OLD.map(({ name }) => found(`kinds.refused.old.${name}`)),
];
