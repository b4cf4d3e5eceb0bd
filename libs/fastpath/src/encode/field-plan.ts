import { type DescEnum, type DescField, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type { MessagePlan } from "./message-plan.ts";

/** Kinds of values beside the scalar ones, by their numbers in `google.protobuf.FieldDescriptorProto.Type`. */
export const Kind = { MESSAGE: 11, ENUM: 14 } as const;
export type Kind = ScalarType | (typeof Kind)[keyof typeof Kind];

/** When a field is written; numbers, since they are compared for each field. */
export const Presence = { EXPLICIT: 0, IMPLICIT: 1, LIST: 2, ONEOF: 3, ALWAYS: 4 } as const;
export type Presence = (typeof Presence)[keyof typeof Presence];

/** How a field is written. */
export interface FieldPlan {
  /** The property that holds it or, in a oneof, its case. */
  readonly name: string;
  /** The property that holds its oneof. */
  readonly group: string;
  readonly presence: Presence;
  readonly kind: Kind;
  /** Of an enum. */
  readonly zero: number;
  readonly isList: boolean;
  readonly isPacked: boolean;
  /** Number and wire type in the binary format. */
  readonly tag: number;
  /** Its name in JSON with what is around it, as the first field of an object and as a later one. */
  readonly first: Uint8Array;
  readonly later: Uint8Array;
  /** Names of an enum's values in JSON, quoted. */
  readonly names: ReadonlyMap<number, Uint8Array>;
  readonly child: MessagePlan | undefined;
}

const NO_NAMES: ReadonlyMap<number, Uint8Array> = new Map();

/** @returns undefined if only protobuf-es can write such a field */
export function planField(
  field: DescField,
  jsonName: string,
  child: MessagePlan | undefined,
  alwaysEmitImplicit: boolean,
): FieldPlan | undefined {
  if (field.fieldKind === "map" || field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED) return undefined;
  if ("delimitedEncoding" in field && field.delimitedEncoding) return undefined;
  if (field.enum?.typeName === "google.protobuf.NullValue") return undefined;
  const kind = field.scalar ?? (field.enum === undefined ? Kind.MESSAGE : Kind.ENUM);
  const isList = field.fieldKind === "list";
  const isPacked = isList && field.packed;
  const quoted = JSON.stringify(jsonName);
  return {
    name: field.localName,
    group: field.oneof?.localName ?? "",
    presence: presenceOf(field, alwaysEmitImplicit),
    kind,
    zero: field.enum?.values[0]?.number ?? 0,
    isList,
    isPacked,
    tag: ((field.number << 3) | (isPacked ? LENGTH_DELIMITED : wireTypeOf(kind))) >>> 0,
    first: Buffer.from(`{${quoted}:`),
    later: Buffer.from(`,${quoted}:`),
    names: field.enum === undefined ? NO_NAMES : namesOf(field.enum),
    child,
  };
}

function presenceOf(field: DescField, alwaysEmitImplicit: boolean): Presence {
  if (field.fieldKind === "list") return alwaysEmitImplicit ? Presence.ALWAYS : Presence.LIST;
  if (field.oneof !== undefined) return Presence.ONEOF;
  if (field.presence !== FeatureSet_FieldPresence.IMPLICIT) return Presence.EXPLICIT;
  return alwaysEmitImplicit ? Presence.ALWAYS : Presence.IMPLICIT;
}

function namesOf(desc: DescEnum): ReadonlyMap<number, Uint8Array> {
  const names = new Map<number, Uint8Array>();
  // A number may have several names, and has the first of them here.
  for (const value of Object.values(desc.value)) names.set(value.number, Buffer.from(JSON.stringify(value.jsonName)));
  return names;
}

const VARINT = 0;
const BIT64 = 1;
const LENGTH_DELIMITED = 2;
const BIT32 = 5;

function wireTypeOf(kind: Kind): number {
  switch (kind) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
    case Kind.MESSAGE:
      return LENGTH_DELIMITED;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return BIT64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return BIT32;
    default:
      return VARINT;
  }
}
