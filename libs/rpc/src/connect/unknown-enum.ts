import type { DescEnum, DescField, DescMessage, JsonValue } from "@bufbuild/protobuf";

/** A name in JSON that an enum does not have. */
export class UnknownEnumError extends Error {
  override readonly name = "UnknownEnumError";
  /** The proto path of the field: `filter.state`. */
  readonly path: string;

  constructor(path: string, type: DescEnum) {
    super(`cannot decode ${path} from JSON: ${type.typeName} has no such value`);
    this.path = path;
  }
}

/**
 * Throws `UnknownEnumError` where a request in JSON uses a name that its enum does not have. The decoder ignores such a
 * field together with unknown fields, so that a filter with a misspelt state would find everything.
 */
export type EnumCheck = (json: JsonValue) => void;

type Visit = (json: JsonValue, path: string) => void;

/** The check for a message, or undefined when no field that it can hold is an enum. */
export function enumCheck(schema: DescMessage): EnumCheck | undefined {
  const visit = visitMessage(schema, new Map());
  return visit === undefined ? undefined : (json) => visit(json, "");
}

function visitMessage(schema: DescMessage, known: Map<DescMessage, Visit>): Visit | undefined {
  // Well-known types have JSON forms of their own, and no enums.
  if (schema.typeName.startsWith("google.protobuf.")) return undefined;
  const again = known.get(schema);
  if (again !== undefined) return again;
  const fields = new Map<string, readonly [DescField, Visit]>();
  const visit: Visit = (json, path) => {
    if (json === null || typeof json !== "object" || Array.isArray(json)) return;
    for (const [key, value] of Object.entries(json)) {
      const found = fields.get(key);
      if (found !== undefined) found[1](value, path === "" ? found[0].name : `${path}.${found[0].name}`);
    }
  };
  known.set(schema, visit);
  for (const field of schema.fields) {
    const inside = visitField(field, known);
    if (inside === undefined) continue;
    fields.set(field.jsonName, [field, inside]).set(field.name, [field, inside]);
  }
  return fields.size === 0 ? undefined : visit;
}

function visitField(field: DescField, known: Map<DescMessage, Visit>): Visit | undefined {
  const one = field.enum !== undefined ? visitEnum(field.enum) : field.message && visitMessage(field.message, known);
  if (one === undefined || field.fieldKind === "enum" || field.fieldKind === "message") return one;
  return (json, path) => {
    if (json === null || typeof json !== "object") return;
    for (const [key, value] of Object.entries(json)) one(value, `${path}[${key}]`);
  };
}

function visitEnum(type: DescEnum): Visit {
  const names = new Set(type.values.flatMap((value) => [value.name, value.jsonName]));
  return (json, path) => {
    if (typeof json === "string" && !names.has(json)) throw new UnknownEnumError(path, type);
  };
}
