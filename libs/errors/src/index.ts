export {
  DEFAULT_RETRY_AFTER_MS,
  DomainError,
  type DomainErrorDetails,
  type FieldViolation,
  type PreconditionViolation,
  type ResourceRef,
} from "./domain-error.ts";
export {
  databaseUnavailable,
  deadlineExceeded,
  etagMismatch,
  invalidFields,
  notFound,
  outOfStock,
  productAlreadyExists,
  type ResourceKind,
  requestIdReused,
  resourceName,
} from "./factories.ts";
export { ERROR_DOMAIN, type Fault, isReason, REASONS, type Reason, type ReasonSpec } from "./registry.ts";
export { reasonOf, toConnectError } from "./to-connect-error.ts";
