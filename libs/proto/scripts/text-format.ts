import {
  type AnyDesc,
  type DescField,
  type DescMessage,
  getExtension,
  type Message,
  type Registry,
  ScalarType,
} from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";

/** One option as it stands in a .proto file: `deprecated = true` or `(pkg.ext) = { id: "x" }`. */
export interface PrintedOption {
  readonly name: string;
  readonly value: string;
}

/**
 * The options that are set in an options message, extensions included, in the order of their numbers.
 *
 * @throws Error for an extension that the registry does not hold: leaving it out would change the file's meaning.
 */
export function printOptions(schema: DescMessage, options: Message | undefined, registry: Registry): PrintedOption[] {
  if (options === undefined) return [];
  const message = reflect(schema, options);
  const printed = message.fields
    .filter((field) => message.isSet(field))
    .flatMap((field) => valuesOf(message, field).map((value) => ({ name: field.name, value })));
  const extensions = new Set((options.$unknown ?? []).map((field) => field.no));
  for (const number of [...extensions].sort((a, b) => a - b)) {
    const extension = registry.getExtensionFor(schema, number);
    if (extension?.message === undefined) throw unsupported(`option ${number} of ${schema.typeName}`);
    const value: unknown = getExtension(options, extension);
    const name = `(${extension.typeName})`;
    printed.push({ name, value: printMessage(reflect(extension.message, value as Message)) });
  }
  return printed;
}

/** A message in protobuf's text format, on one line, in braces. */
function printMessage(message: ReflectMessage): string {
  const fields = message.fields
    .filter((field) => message.isSet(field))
    .flatMap((field) => valuesOf(message, field).map((value) => `${field.name}: ${value}`));
  return `{ ${fields.join(", ")} }`;
}

function valuesOf(message: ReflectMessage, field: DescField): string[] {
  if (field.fieldKind === "list") return [...message.get(field)].map((item) => printValue(field, item));
  return [printValue(field, message.get(field))];
}

function printValue(field: DescField, value: unknown): string {
  if (isReflectMessage(value)) return printMessage(value);
  if (field.enum !== undefined && typeof value === "number") {
    const name = field.enum.value[value]?.name;
    if (name !== undefined) return name;
  }
  // The escapes of JSON are escapes of the proto language too.
  if (field.scalar === ScalarType.STRING && typeof value === "string") return JSON.stringify(value);
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (Number.isInteger(value)) return String(value);
  throw unsupported(`the value of ${String(field)}`);
}

/** What the printer does not know, it refuses, so that a newer descriptor never loses a part in silence. */
export function unsupported(what: AnyDesc | string): Error {
  return new Error(`cannot print ${String(what)} back to proto source; teach libs/proto/scripts about it`);
}
