import { ScalarType } from "@bufbuild/protobuf";
import { doubt } from "./doubt.ts";
import { type FieldPlan, Kind, Presence } from "./field-plan.ts";
import type { MessagePlan } from "./message-plan.ts";

const { STRING, BOOL, BYTES, DOUBLE, FLOAT } = ScalarType;
const { EXPLICIT, IMPLICIT, LIST, ONEOF, ALWAYS } = Presence;

/** A message, as far as anything is known of it. */
export interface Fields {
  readonly $typeName?: unknown;
  readonly $unknown?: unknown;
  readonly [name: string]: unknown;
}

/** The value as a message of the plan's type. */
export function fieldsOf(plan: MessagePlan, value: unknown): Fields {
  if (typeof value !== "object" || value === null) return doubt();
  // Of an object anything can be asked.
  const fields = value as Fields;
  return fields.$typeName === plan.typeName ? fields : doubt();
}

/** Whether all that a message has is its own. Else its prototype has the defaults of fields that are not set. */
export function isPlain(message: Fields): boolean {
  return Object.getPrototypeOf(message) === Object.prototype;
}

/** The value that is written for a field; undefined if none is. */
export function fieldValue(field: FieldPlan, message: Fields, plain: boolean): unknown {
  if (field.presence === ONEOF) return caseValue(field, message[field.group]);
  const value = message[field.name];
  switch (field.presence) {
    case EXPLICIT:
      return value === undefined || plain || Object.hasOwn(message, field.name) ? value : undefined;
    case IMPLICIT:
      return isZero(field, value) ? undefined : (value ?? doubt());
    case LIST:
      return Array.isArray(value) && value.length === 0 ? undefined : (value ?? doubt());
    case ALWAYS:
      return value ?? doubt();
  }
}

function caseValue(field: FieldPlan, group: unknown): unknown {
  if (typeof group !== "object" || group === null || !("case" in group)) return doubt();
  if (group.case !== field.name) return undefined;
  return "value" in group ? (group.value ?? doubt()) : doubt();
}

/** What is of a wrong type is not zero here; it is found when it is written. */
function isZero(field: FieldPlan, value: unknown): boolean {
  switch (field.kind) {
    case STRING:
      return typeof value === "string" && value.length === 0;
    case BOOL:
      return value === false;
    case Kind.ENUM:
      return value === field.zero;
    case BYTES:
      return value instanceof Uint8Array && value.byteLength === 0;
    case DOUBLE:
    case FLOAT:
      return Object.is(value, 0);
    default:
      if (typeof value === "number") return value === 0;
      return typeof value === "bigint" ? !value : typeof value === "string" && Number(value) === 0;
  }
}
