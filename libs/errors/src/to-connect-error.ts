import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  QuotaFailureSchema,
  ResourceInfoSchema,
  RetryInfoSchema,
} from "@skyport/proto";
import type { DomainError } from "./domain-error.ts";
import { ERROR_DOMAIN } from "./registry.ts";

/** The form in which ConnectError takes a detail that it still has to encode. */
type Detail = Extract<ConnectError["details"][number], { desc: DescMessage }>;

/**
 * The one mapping from a domain error to the error that every protocol of Connect sends: the code of the registry,
 * the message, and google.rpc details (AIP-193) with ErrorInfo first.
 */
export function toConnectError(error: DomainError): ConnectError {
  return new ConnectError(error.message, error.spec.code, undefined, detailsOf(error), error);
}

function detailsOf(error: DomainError): Detail[] {
  const { metadata = {}, fields, preconditions, resources, quota } = error.details;
  const details: Detail[] = [detail(ErrorInfoSchema, { reason: error.reason, domain: ERROR_DOMAIN, metadata })];
  if (fields !== undefined && fields.length > 0) {
    details.push(detail(BadRequestSchema, { fieldViolations: fields.map((field) => ({ ...field })) }));
  }
  if (preconditions !== undefined && preconditions.length > 0) {
    details.push(
      detail(PreconditionFailureSchema, { violations: preconditions.map((violation) => ({ ...violation })) }),
    );
  }
  for (const { type, name, description } of resources ?? []) {
    details.push(detail(ResourceInfoSchema, { resourceType: type, resourceName: name, description }));
  }
  if (quota !== undefined) details.push(detail(QuotaFailureSchema, { violations: [{ ...quota }] }));
  const delay = error.retryAfterMs;
  if (delay !== undefined) {
    const nanos = Math.round(delay * 1_000_000);
    const retryDelay = { seconds: BigInt(Math.trunc(nanos / 1_000_000_000)), nanos: nanos % 1_000_000_000 };
    details.push(detail(RetryInfoSchema, { retryDelay }));
  }
  return details;
}

function detail<D extends DescMessage>(desc: D, value: MessageInitShape<D>): Detail {
  return { desc, value: create(desc, value) };
}

/** The reason that a Connect error from a Skyport service carries, or undefined. */
export function reasonOf(error: ConnectError): string | undefined {
  return error.findDetails(ErrorInfoSchema).find((info) => info.domain === ERROR_DOMAIN)?.reason;
}
