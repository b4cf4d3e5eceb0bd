import type { Message } from "@bufbuild/protobuf";
import { type FieldViolation, invalidFields } from "@skyport/errors";
import type { MessageValidator } from "./message-validator.ts";
import type { Step } from "./step.ts";

/** Rules that a schema cannot express. Returns what is wrong; an empty list is a valid message. */
export type MessageCheck = (message: Message) => readonly FieldViolation[];

/**
 * Holds each request message against the rules in its schema, and against `also` beside them. Throws INVALID_FIELDS
 * with every violation at once; `field` is the proto path: `order.line_items[2].quantity`.
 */
export function validationStep(validator: MessageValidator, also?: MessageCheck): Step {
  return {
    name: "validation",
    receive(call, message) {
      const byRules = validator.check(call.method.input, message);
      const besides = also?.(message) ?? [];
      if (byRules.length > 0 || besides.length > 0) throw invalidFields([...byRules, ...besides]);
    },
  };
}
