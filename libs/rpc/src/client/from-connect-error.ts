import type { ConnectError } from "@connectrpc/connect";
import { DomainError, type DomainErrorDetails, ERROR_DOMAIN, isReason } from "@skyport/errors";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  QuotaFailureSchema,
  ResourceInfoSchema,
  RetryInfoSchema,
} from "@skyport/proto";

/**
 * The domain error that a Skyport peer sent, with its details, or undefined when the error carries no reason of the
 * registry: a broken connection, a proxy's answer, an error of Connect's own.
 */
export function fromConnectError(error: ConnectError): DomainError | undefined {
  const info = error.findDetails(ErrorInfoSchema).find(({ domain }) => domain === ERROR_DOMAIN);
  if (info === undefined || !isReason(info.reason)) return undefined;
  return new DomainError(info.reason, error.rawMessage, { metadata: info.metadata, ...detailsOf(error), cause: error });
}

function detailsOf(error: ConnectError): DomainErrorDetails {
  const fields = error
    .findDetails(BadRequestSchema)
    .flatMap((detail) => detail.fieldViolations)
    .map(({ field, description }) => ({ field, description }));
  const preconditions = error
    .findDetails(PreconditionFailureSchema)
    .flatMap((detail) => detail.violations)
    .flatMap(({ type, subject, description }) => (isReason(type) ? [{ type, subject, description }] : []));
  const resources = error
    .findDetails(ResourceInfoSchema)
    .map(({ resourceType, resourceName, description }) => ({ type: resourceType, name: resourceName, description }));
  const quota = error.findDetails(QuotaFailureSchema)[0]?.violations[0];
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  return {
    ...(fields.length > 0 ? { fields } : {}),
    ...(preconditions.length > 0 ? { preconditions } : {}),
    ...(resources.length > 0 ? { resources } : {}),
    ...(quota === undefined ? {} : { quota: { subject: quota.subject, description: quota.description } }),
    ...(delay === undefined ? {} : { retryAfterMs: Number(delay.seconds) * 1000 + delay.nanos / 1_000_000 }),
  };
}
