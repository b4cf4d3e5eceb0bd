import {
  DomainError,
  type DomainErrorDetails,
  type FieldViolation,
  type PreconditionViolation,
} from "./domain-error.ts";
import { fitting } from "./fitting.ts";
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

const RESOURCE_INFO = "type.googleapis.com/google.rpc.ResourceInfo";

/** The kinds of resource that an error can name. */
export type ResourceKind = keyof typeof RESOURCES;

/** The relative resource name of AIP-122: `products/the_odyssey`. */
export function resourceName(kind: ResourceKind, id: string): string {
  return `${RESOURCES[kind].collection}/${id}`;
}

/** A message names no more than these. */
const MOST_NAMED = 5;

/** Names for a message: "a, b" or "a, b, c, d, e and 95 more". */
function named(names: readonly string[]): string {
  const first = names.slice(0, MOST_NAMED);
  const text = first.join(", ");
  return names.length > first.length ? `${text} and ${names.length - first.length} more` : text;
}

/** Tells, in metadata, how many of a list were too many to send, where there are any. */
function withOmitted(
  all: readonly unknown[],
  kept: readonly unknown[],
  metadata?: Readonly<Record<string, string>>,
): Pick<DomainErrorDetails, "metadata"> {
  if (all.length > kept.length) return { metadata: { ...metadata, omitted: String(all.length - kept.length) } };
  return metadata === undefined ? {} : { metadata };
}

/** INVALID_FIELDS with every violation at once, or with as many as can be sent: metadata `omitted` counts the others. */
export function invalidFields(violations: readonly FieldViolation[]): DomainError {
  const fields = fitting(violations, ({ field, description }) => [field, description]);
  return new DomainError("INVALID_FIELDS", `invalid: ${named(violations.map(({ field }) => field))}`, {
    fields,
    ...withOmitted(violations, fields),
  });
}

/** NOT_FOUND for one or more resources of a kind; metadata `omitted` counts those that are too many to send. */
export function notFound(kind: ResourceKind, ...ids: readonly string[]): DomainError {
  const { type, reason } = RESOURCES[kind];
  const resourceOf = (id: string) => ({
    type,
    name: resourceName(kind, id),
    description: `this ${kind} does not exist`,
  });
  // Each is a detail of its own, with its type, and its id stands in the metadata as well.
  const kept = fitting(ids, (id) => [RESOURCE_INFO, id, ...Object.values(resourceOf(id))]);
  return new DomainError(reason, `${kind} not found: ${named(ids)}`, {
    resources: kept.map(resourceOf),
    ...withOmitted(ids, kept, { [`${kind}_id`]: kept.join(",") }),
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

/** OUT_OF_STOCK, one violation a product; metadata `omitted` counts those that are too many to send. */
export function outOfStock(violations: readonly PreconditionViolation[]): DomainError {
  const subjects = violations.map((violation) => violation.subject);
  const preconditions = fitting(violations, ({ type, subject, description }) => [type, subject, description]);
  return new DomainError("OUT_OF_STOCK", `not enough in stock: ${named(subjects)}`, {
    preconditions,
    ...withOmitted(violations, preconditions),
  });
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
