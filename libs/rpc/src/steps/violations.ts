import { type DomainError, type FieldViolation, invalidFields } from "@skyport/errors";

/**
 * How much the violations of one error may say, in characters. gRPC sends errors in trailers, and its clients commonly
 * refuse more than 8 KiB of those; what does not fit is counted.
 */
const MAX_CHARACTERS = 3_000;

/** INVALID_FIELDS with the violations, or with the first of them and metadata `omitted` where they are too many to send. */
export function violationsError(violations: readonly FieldViolation[]): DomainError {
  let characters = 0;
  const fitting = violations.findIndex(({ field, description }) => {
    characters += 2 * field.length + description.length;
    return characters > MAX_CHARACTERS;
  });
  if (fitting < 0) return invalidFields(violations);
  const kept = violations.slice(0, Math.max(1, fitting));
  return invalidFields(kept, violations.length - kept.length);
}
