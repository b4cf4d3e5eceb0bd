import { createHash } from "node:crypto";
import { type DescFile, type DescMethod, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/** Grows when the same messages are encoded to other bytes than before. */
const ENCODING_VERSION = 1;

/** Of 256 bits, 128 are plenty to tell answers to one URL apart. */
const LENGTH = 22;

/** The form in which an answer is sent. */
export interface Representation {
  readonly method: DescMethod;
  /** `application/json` or `application/proto`. */
  readonly contentType: string;
  /** `gzip`, `br`, or empty. */
  readonly contentEncoding: string;
}

/**
 * The strong entity tag (RFC 9110, section 8.8.3) of an answer, quotes included: a hash of everything that its bytes
 * depend on beside the URL. That is what it was made from, how it is encoded, and the schema by which it is: a field that
 * a later release adds changes the tag of answers whose rows did not change.
 *
 * @param stamp what the answer was made from, in a fixed order: equal stamps mean equal messages
 */
export function entityTag(stamp: readonly string[], { method, contentType, contentEncoding }: Representation): string {
  const parts = [ENCODING_VERSION, schemaOf(method), contentType, contentEncoding, ...stamp];
  return `"${createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, LENGTH)}"`;
}

const schemas = new WeakMap<DescMethod, string>();

/** A hash of the files that declare the method's answer. */
function schemaOf(method: DescMethod): string {
  let schema = schemas.get(method);
  if (schema === undefined) {
    const hash = createHash("sha256");
    for (const file of filesOf(method.output.file)) hash.update(toBinary(FileDescriptorProtoSchema, file.proto));
    schema = hash.digest("base64url");
    schemas.set(method, schema);
  }
  return schema;
}

function filesOf(file: DescFile, seen: Set<DescFile> = new Set()): Set<DescFile> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const dependency of file.dependencies) filesOf(dependency, seen);
  return seen;
}
