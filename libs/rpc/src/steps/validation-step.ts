import { create, type DescMessage, type Message } from "@bufbuild/protobuf";
import { pathToString } from "@bufbuild/protobuf/reflect";
import { createValidator, type Validator, type Violation } from "@bufbuild/protovalidate";
import { type FieldViolation, invalidFields } from "@skyport/errors";
import type { Step } from "./step.ts";

/** Rules that a schema cannot express. Returns what is wrong; an empty list is a valid message. */
export type MessageCheck = (message: Message) => readonly FieldViolation[];

export interface ValidationOptions {
  /** Default: one of its own, which compiles rules as messages come. */
  readonly validator?: Validator;
  /** Runs beside the schema's rules, so that a caller hears of everything at once. Default: nothing more. */
  readonly also?: MessageCheck;
}

/**
 * Holds each request message against the rules in its schema (buf.validate). Throws INVALID_FIELDS with every
 * violation at once; `field` is the proto path: `order.line_items[2].quantity`.
 */
export function validationStep(options: ValidationOptions = {}): Step {
  const { also, validator = createValidator() } = options;
  return {
    name: "validation",
    receive(call, message) {
      const violations = check(validator, call.method.input, message);
      const more = also?.(message) ?? [];
      if (violations.length + more.length > 0) throw invalidFields([...violations, ...more]);
    },
  };
}

/**
 * Compiles the rules of these messages into the validator. Throws when one cannot be: at start, not at the first call that meets it.
 */
export function compileRules(validator: Validator, schemas: Iterable<DescMessage>): void {
  for (const schema of schemas) check(validator, schema, create(schema));
}

function check(validator: Validator, schema: DescMessage, message: Message): readonly FieldViolation[] {
  const result = validator.validate(schema, message);
  if (result.kind === "error") throw result.error;
  return result.kind === "valid" ? [] : result.violations.map(toFieldViolation);
}

function toFieldViolation(violation: Violation): FieldViolation {
  return { field: pathToString(violation.field), description: violation.message };
}
