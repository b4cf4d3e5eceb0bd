import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { type FieldPlan, planField } from "./field-plan.ts";

/** How the messages of a type are written. */
export interface MessagePlan {
  readonly typeName: string;
  /** How it looks in JSON. */
  readonly look: "object" | "timestamp" | "duration";
  /** By their numbers, which is their order in both formats. */
  readonly fields: readonly FieldPlan[];
}

export interface PlanOptions {
  /** Writes fields without presence even if they have their zero value. */
  readonly alwaysEmitImplicit: boolean;
  readonly useProtoFieldName: boolean;
}

/** Types of protobuf's own that are known here; the others have forms of their own, in JSON or in the program. */
const KNOWN: ReadonlyMap<string, MessagePlan["look"]> = new Map([
  ["google.protobuf.Empty", "object"],
  ["google.protobuf.Timestamp", "timestamp"],
  ["google.protobuf.Duration", "duration"],
]);

/**
 * Plans the messages of a type, and of all that they can contain.
 *
 * @returns undefined if anything of it can only be written by protobuf-es: maps, groups, required fields, most of
 *   `google.protobuf`
 */
export function planMessage(desc: DescMessage, options: PlanOptions): MessagePlan | undefined {
  return planWith(desc, options, new Map());
}

function planWith(
  desc: DescMessage,
  options: PlanOptions,
  plans: Map<DescMessage, MessagePlan>,
): MessagePlan | undefined {
  const known = plans.get(desc);
  if (known !== undefined) return known;
  const look = desc.typeName.startsWith("google.protobuf.") ? KNOWN.get(desc.typeName) : "object";
  if (look === undefined) return undefined;
  const fields: FieldPlan[] = [];
  const plan = { typeName: desc.typeName, look, fields };
  // Before its fields, where it may come again.
  plans.set(desc, plan);
  const names = new Set<string>();
  for (const field of desc.fields.toSorted((one, other) => one.number - other.number)) {
    const name = options.useProtoFieldName ? field.name : field.jsonName;
    if (names.has(name) || !isOrdinary(name) || !isOwn(field)) return undefined;
    names.add(name);
    const child = field.message === undefined ? undefined : planWith(field.message, options, plans);
    if (field.message !== undefined && child === undefined) return undefined;
    const planned = planField(field, name, child, options.alwaysEmitImplicit);
    if (planned === undefined) return undefined;
    fields.push(planned);
  }
  return plan;
}

/** Keys of an object come in the order in which they were set, but for numbers, and but for this one. */
function isOrdinary(name: string): boolean {
  return name !== "__proto__" && !/^\d+$/.test(name);
}

/** Whether what a message has under the field's name can only be its own. */
function isOwn(field: DescField): boolean {
  return !((field.oneof ?? field).localName in Object.prototype);
}
