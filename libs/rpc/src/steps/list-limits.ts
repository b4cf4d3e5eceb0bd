import { type DescMessage, getOption, type Message } from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { field as fieldRules } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import type { FieldViolation } from "@skyport/errors";

/**
 * Lists that are longer than their rule `repeated.max_items` allows, by proto path. The validator holds every item of a
 * list against its rules, and whole lists against CEL expressions, before it says that there are too many: a megabyte
 * of items costs a second, or its stack. This costs a look at each list's length, and comes first.
 */
export function overlongLists(schema: DescMessage, message: Message): readonly FieldViolation[] {
  const plan = planOf(schema);
  return plan.length === 0 ? [] : visit(plan, reflect(schema, message), "");
}

type Field = DescMessage["fields"][number];

/** A list with a limit, or a message that holds one. */
interface Stop {
  readonly field: Field;
  readonly maxItems: number | undefined;
  readonly inside: Plan;
}
type Plan = readonly Stop[];

const plans = new WeakMap<DescMessage, Plan>();

function planOf(schema: DescMessage): Plan {
  const known = plans.get(schema);
  if (known !== undefined) return known;
  // A message that holds itself is looked at once, not without end.
  plans.set(schema, []);
  const plan = schema.fields.flatMap((field) => stopAt(field));
  plans.set(schema, plan);
  return plan;
}

function stopAt(field: Field): Stop[] {
  if (field.fieldKind !== "list" && field.fieldKind !== "message") return [];
  const inside = field.message === undefined ? [] : planOf(field.message);
  const rules = getOption(field, fieldRules).type;
  const maxItems = rules.case === "repeated" && rules.value.maxItems > 0n ? Number(rules.value.maxItems) : undefined;
  return maxItems === undefined && inside.length === 0 ? [] : [{ field, maxItems, inside }];
}

function visit(plan: Plan, message: ReflectMessage, prefix: string): FieldViolation[] {
  return plan.flatMap(({ field, maxItems, inside }) => {
    if (!message.isSet(field)) return [];
    const path = prefix + field.name;
    if (field.fieldKind === "message") return visit(inside, message.get(field), `${path}.`);
    if (field.fieldKind !== "list") return [];
    const list = message.get(field);
    if (maxItems !== undefined && list.size > maxItems) {
      return [{ field: path, description: `must contain no more than ${maxItems} item(s)` }];
    }
    if (inside.length === 0) return [];
    return [...list].flatMap((item, index) =>
      isReflectMessage(item) ? visit(inside, item, `${path}[${index}].`) : [],
    );
  });
}
