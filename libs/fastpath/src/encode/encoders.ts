import type { DescMessage, JsonWriteStringOptions, Message } from "@bufbuild/protobuf";
import type { Encoded } from "../core/encoded.ts";
import { BinaryScratch } from "./binary-scratch.ts";
import { BinaryWriter } from "./binary-writer.ts";
import { JsonScratch } from "./json-scratch.ts";
import { JsonWriter } from "./json-writer.ts";
import { planMessage } from "./message-plan.ts";

/** Gives exactly what protobuf-es would, or undefined where only protobuf-es knows, errors among others. */
export type Encoder = (message: Message) => Encoded | undefined;

/** Options that are known here, and those that are for reading. */
const KNOWN_OPTIONS: ReadonlySet<string> = new Set<
  keyof JsonWriteStringOptions | "ignoreUnknownFields" | "textDecoder"
>(["alwaysEmitImplicit", "enumAsInteger", "useProtoFieldName", "registry", "ignoreUnknownFields", "textDecoder"]);

const jsonScratch = new JsonScratch();
const binaryScratch = new BinaryScratch();
const binaryWriter = new BinaryWriter(binaryScratch);

/**
 * Makes what `toJsonString` makes. It knows the type's fields beforehand, where protobuf-es makes an object for
 * `JSON.stringify`.
 *
 * @returns undefined for types and options that it cannot do
 */
export function createJsonEncoder(desc: DescMessage, options: Partial<JsonWriteStringOptions>): Encoder | undefined {
  const { alwaysEmitImplicit = false, enumAsInteger = false, useProtoFieldName = false, registry } = options;
  if (Object.keys(options).some((name) => !KNOWN_OPTIONS.has(name))) return undefined;
  const plan = planMessage(desc, { alwaysEmitImplicit, useProtoFieldName });
  if (plan === undefined) return undefined;
  const writer = new JsonWriter(jsonScratch, { enumAsInteger, knowsExtensions: registry !== undefined });
  return (message) => (isPolluted() ? undefined : jsonScratch.record(writer, plan, message));
}

/**
 * Makes what `toBinary` makes, in memory that is used again. No option of it matters to what is written here.
 *
 * @returns undefined for types that it cannot do
 */
export function createBinaryEncoder(desc: DescMessage): Encoder | undefined {
  const plan = planMessage(desc, { alwaysEmitImplicit: false, useProtoFieldName: false });
  if (plan === undefined) return undefined;
  return (message) => (isPolluted() ? undefined : binaryScratch.record(binaryWriter, plan, message));
}

/** Whether objects have properties that they were not given, such as a field that is not set. */
function isPolluted(): boolean {
  for (const name in Object.prototype) return name !== undefined;
  return false;
}
