import { DomainError, type FieldViolation, type PreconditionViolation } from "./domain-error.ts";
import type { Reason } from "./registry.ts";

const RESOURCES = {
  product: { type: "skyport.product.v1.Product", collection: "products", reason: "PRODUCT_NOT_FOUND" },
  order: { type: "skyport.order.v1.Order", collection: "orders", reason: "ORDER_NOT_FOUND" },
  reservation: {
    type: "skyport.product.v1.Reservation",
    collection: "reservations",
    reason: "RESERVATION_NOT_FOUND",
  },
} as const satisfies Record<string, { type: string; collection: string; reason: Reason }>;

/** The kinds of resource that an error can name. */
export type ResourceKind = keyof typeof RESOURCES;

/** The relative resource name of AIP-122: `products/the_odyssey`. */
export function resourceName(kind: ResourceKind, id: string): string {
  return `${RESOURCES[kind].collection}/${id}`;
}

/** A message names no more than these; the details name all. */
const MOST_NAMED = 5;

/**
 * Names for a message: "a, b" or "a, b, c, d, e and 95 more". An error of gRPC carries its message twice, and HTTP/2 does
 * not send more than 64 KB of headers.
 */
function named(names: readonly string[], total = names.length): string {
  const first = names.slice(0, MOST_NAMED);
  const text = first.join(", ");
  return total > first.length ? `${text} and ${total - first.length} more` : text;
}

/**
 * INVALID_FIELDS with every violation at once.
 *
 * @param omitted how many more there are than can be sent: metadata `omitted`
 */
export function invalidFields(violations: readonly FieldViolation[], omitted = 0): DomainError {
  const fields = violations.map((violation) => violation.field);
  return new DomainError("INVALID_FIELDS", `invalid: ${named(fields, fields.length + omitted)}`, {
    fields: violations,
    ...(omitted > 0 ? { metadata: { omitted: String(omitted) } } : {}),
  });
}

/** NOT_FOUND for one or more resources of a kind. */
export function notFound(kind: ResourceKind, ...ids: readonly string[]): DomainError {
  const { type, reason } = RESOURCES[kind];
  return new DomainError(reason, `${kind} not found: ${named(ids)}`, {
    metadata: { [`${kind}_id`]: ids.join(",") },
    resources: ids.map((id) => ({ type, name: resourceName(kind, id), description: `this ${kind} does not exist` })),
  });
}

/** PRODUCT_ALREADY_EXISTS. */
export function productAlreadyExists(id: string): DomainError {
  return new DomainError("PRODUCT_ALREADY_EXISTS", `product already exists: ${id}`, {
    metadata: { product_id: id },
    resources: [
      {
        type: RESOURCES.product.type,
        name: resourceName("product", id),
        description: "another product has this id",
      },
    ],
  });
}

/** OUT_OF_STOCK, one violation a product. */
export function outOfStock(violations: readonly PreconditionViolation[]): DomainError {
  const subjects = violations.map((violation) => violation.subject);
  return new DomainError("OUT_OF_STOCK", `not enough in stock: ${named(subjects)}`, { preconditions: violations });
}

/** ETAG_MISMATCH: the caller has to read again before it writes. */
export function etagMismatch(kind: ResourceKind, id: string): DomainError {
  return new DomainError("ETAG_MISMATCH", `${kind} ${id} has changed since its etag was read`, {
    metadata: { [`${kind}_id`]: id },
    resources: [{ type: RESOURCES[kind].type, name: resourceName(kind, id), description: "read it again" }],
  });
}

/** REQUEST_ID_REUSED: the id stands for another request. */
export function requestIdReused(field: string): DomainError {
  return new DomainError("REQUEST_ID_REUSED", `${field} was used before with other content`, {
    fields: [{ field, description: "was used before with other content" }],
  });
}

/** DATABASE_UNAVAILABLE; the cause stays in the logs. */
export function databaseUnavailable(cause?: unknown): DomainError {
  return new DomainError("DATABASE_UNAVAILABLE", "the database cannot be reached", { cause });
}

/** DEADLINE_EXCEEDED. */
export function deadlineExceeded(cause?: unknown): DomainError {
  return new DomainError("DEADLINE_EXCEEDED", "the work was not done before the deadline", { cause });
}
