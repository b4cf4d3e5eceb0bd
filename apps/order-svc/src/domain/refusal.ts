import { DomainError, type DomainErrorDetails, isReason, type Reason } from "@skyport/errors";

/** A definite refusal of the product service, in a form that can be stored and told again. */
export interface RefusalRecord {
  readonly reason: string;
  readonly message: string;
  readonly details: Pick<DomainErrorDetails, "metadata" | "fields" | "preconditions" | "resources">;
}

/** The reasons that are a decision about the wish itself; with any other error the outcome is unknown. */
const DEFINITE: ReadonlySet<Reason> = new Set([
  "OUT_OF_STOCK",
  "PRODUCT_NOT_FOUND",
  "INVALID_FIELDS",
  "REQUEST_ID_REUSED",
]);

/** The record of an error that refuses a wish for good; undefined for one that leaves the outcome open. */
export function definiteRefusal(error: unknown): RefusalRecord | undefined {
  if (!(error instanceof DomainError) || !DEFINITE.has(error.reason)) return undefined;
  const { metadata, fields, preconditions, resources } = error.details;
  return {
    reason: error.reason,
    message: error.message,
    details: {
      ...(metadata && { metadata }),
      ...(fields && { fields }),
      ...(preconditions && { preconditions }),
      ...(resources && { resources }),
    },
  };
}

/** The error that a kept refusal is told as. */
export function refusalError({ reason, message, details }: RefusalRecord): DomainError {
  return new DomainError(isReason(reason) ? reason : "INTERNAL", message, details);
}
