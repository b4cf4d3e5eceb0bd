import { type DescMessage, getOption, type Message, ScalarType } from "@bufbuild/protobuf";
import { field as fieldRules, message as messageRules } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";

const MAX_KNOWN = 1_024;
const MAX_LENGTH = 128;

/** The texts that were found valid for a kind of message, and where in the message the text stands. */
interface Known {
  readonly property: string;
  readonly valid: Set<string>;
}

/**
 * Remembers which requests were valid, for messages that are nothing but one text (an id) under the standard rules: what
 * those say of a text depends on that text alone, so that the same one is valid again. (An expression of CEL may ask for
 * the time.) The ids of what is read often come again and again, and evaluating the rules is most of such a call's own
 * cost.
 */
export class KnownTexts {
  readonly #bySchema = new Map<DescMessage, Known | undefined>();

  has(schema: DescMessage, message: Message): boolean {
    const known = this.#of(schema);
    if (known === undefined) return false;
    const text: unknown = Reflect.get(message, known.property);
    return typeof text === "string" && known.valid.has(text);
  }

  /** Notes that a message is valid. */
  add(schema: DescMessage, message: Message): void {
    const known = this.#of(schema);
    if (known === undefined) return;
    const text: unknown = Reflect.get(message, known.property);
    if (typeof text !== "string" || text.length > MAX_LENGTH) return;
    // Not the oldest alone: what is in use comes back at once.
    if (known.valid.size >= MAX_KNOWN) known.valid.clear();
    known.valid.add(text);
  }

  #of(schema: DescMessage): Known | undefined {
    if (this.#bySchema.has(schema)) return this.#bySchema.get(schema);
    const property = onlyText(schema);
    const known = property === undefined ? undefined : { property, valid: new Set<string>() };
    this.#bySchema.set(schema, known);
    return known;
  }
}

/** The property of a message's only field, when it is a text whose rules depend on nothing else. */
export function onlyText(schema: DescMessage): string | undefined {
  const [field, ...more] = schema.fields;
  if (field === undefined || more.length > 0) return undefined;
  if (field.fieldKind !== "scalar" || field.scalar !== ScalarType.STRING || field.oneof !== undefined) return undefined;
  const rules = getOption(field, fieldRules);
  const whole = getOption(schema, messageRules);
  const own = [rules.cel, rules.celExpression, whole.cel, whole.celExpression, whole.oneof];
  // Predefined rules are expressions too; they come as fields that the rules' own type does not know.
  const predefined = rules.type.value?.$unknown ?? [];
  return own.every((list) => list.length === 0) && predefined.length === 0 ? field.localName : undefined;
}
