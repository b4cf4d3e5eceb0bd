import type { DescFile, DescMessage, Message, Registry } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  Edition,
  type EnumDescriptorProto,
  EnumOptionsSchema,
  EnumValueOptionsSchema,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldOptionsSchema,
  FileOptionsSchema,
  MessageOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import { printOptions, unsupported } from "./text-format.ts";

/** The first number after the last that a field may have: `max` in a range of the proto language. */
const RANGE_END = 536_870_912;

/**
 * Prints a file's descriptor as proto2 source that compiles to the same descriptor (comments are not part of one).
 * It knows what buf/validate/validate.proto uses, and throws on everything else.
 */
export function printProto(file: DescFile, registry: Registry): string {
  const { proto } = file;
  if (file.edition !== Edition.EDITION_PROTO2) throw unsupported(`the edition of ${file.name}`);
  if (proto.service.length + proto.publicDependency.length + proto.weakDependency.length > 0) {
    throw unsupported(`a service or a special import of ${file.name}`);
  }
  const print = new Printer(registry);
  return [
    'syntax = "proto2";',
    `package ${proto.package};`,
    ...proto.dependency.map((path) => `import "${path}";`),
    ...print.statements(FileOptionsSchema, proto.options),
    ...proto.messageType.map((message) => print.message(message)),
    ...proto.enumType.map((type) => print.enumType(type)),
    ...proto.extension.map((field) => block(`extend ${field.extendee}`, [print.field(field)])),
    "",
  ].join("\n");
}

class Printer {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  message(message: DescriptorProto): string {
    if (message.nestedType.length + message.enumType.length + message.extension.length > 0) {
      throw unsupported(`${DescriptorProtoSchema.name} ${message.name} with nested declarations`);
    }
    return block(`message ${message.name}`, [
      ...this.statements(MessageOptionsSchema, message.options),
      ...message.reservedRange.map(({ start, end }) => `reserved ${range(start, end - 1)};`),
      ...reservedNames(message.reservedName),
      ...message.extensionRange.map(({ start, end, options }) => {
        if (options !== undefined) throw unsupported(`options of an extension range in ${message.name}`);
        return `extensions ${range(start, end - 1)};`;
      }),
      ...message.field.flatMap((field, at) => {
        if (!inOneof(field)) return [this.field(field)];
        const opens =
          message.field.findIndex((other) => inOneof(other) && other.oneofIndex === field.oneofIndex) === at;
        return opens ? [this.#oneof(message, field.oneofIndex)] : [];
      }),
    ]);
  }

  enumType(type: EnumDescriptorProto): string {
    return block(`enum ${type.name}`, [
      ...this.statements(EnumOptionsSchema, type.options),
      ...type.reservedRange.map(({ start, end }) => `reserved ${range(start, end)};`),
      ...reservedNames(type.reservedName),
      ...type.value.map(({ name, number, options }) => {
        return `${name} = ${number}${this.#inBrackets(EnumValueOptionsSchema, options)};`;
      }),
    ]);
  }

  field(field: FieldDescriptorProto): string {
    if (field.defaultValue !== "") throw unsupported(`the default of ${field.name}`);
    const label = inOneof(field) ? "" : `${FieldDescriptorProto_Label[field.label].toLowerCase()} `;
    const options = this.#inBrackets(FieldOptionsSchema, field.options);
    return `${label}${typeOf(field)} ${field.name} = ${field.number}${options};`;
  }

  #oneof(message: DescriptorProto, index: number): string {
    const oneof = message.oneofDecl[index];
    if (oneof === undefined || oneof.options !== undefined) throw unsupported(`a oneof of ${message.name}`);
    const members = message.field.filter((field) => inOneof(field) && field.oneofIndex === index);
    const lines = members.map((field) => this.field(field));
    return block(`oneof ${oneof.name}`, lines);
  }

  statements(schema: DescMessage, options: Message | undefined): string[] {
    return printOptions(schema, options, this.#registry).map(({ name, value }) => `option ${name} = ${value};`);
  }

  #inBrackets(schema: DescMessage, options: Message | undefined): string {
    const printed = printOptions(schema, options, this.#registry);
    return printed.length === 0 ? "" : ` [${printed.map(({ name, value }) => `${name} = ${value}`).join(", ")}]`;
  }
}

/** `oneofIndex` is 0 when unset, so only its presence tells. */
function inOneof(field: FieldDescriptorProto): boolean {
  return Object.hasOwn(field, "oneofIndex");
}

function typeOf(field: FieldDescriptorProto): string {
  if (field.type === FieldDescriptorProto_Type.GROUP) throw unsupported(`the group ${field.name}`);
  return field.typeName === "" ? FieldDescriptorProto_Type[field.type].toLowerCase() : field.typeName;
}

function range(first: number, last: number): string {
  return `${first} to ${last === RANGE_END - 1 ? "max" : last}`;
}

function reservedNames(names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`reserved ${names.map((name) => `"${name}"`).join(", ")};`];
}

function block(head: string, body: readonly string[]): string {
  return [`${head} {`, ...body.map((line) => `  ${line.replaceAll("\n", "\n  ")}`), "}"].join("\n");
}
