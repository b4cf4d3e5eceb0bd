import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  QuotaFailureSchema,
  ResourceInfoSchema,
  RetryInfoSchema,
} from "@skyport/proto";

/** What a caller can see of an error, for assertions. */
export interface Failure {
  /** "NotFound" */
  readonly code: string;
  readonly reason: string | undefined;
  readonly domain: string | undefined;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Proto paths of the fields at fault, sorted. */
  readonly fields: readonly string[];
  /** `TYPE subject: description` */
  readonly preconditions: readonly string[];
  readonly resources: readonly string[];
  readonly hasQuota: boolean;
  readonly hasRetry: boolean;
}

/** How a call failed. Throws when it did not fail, or with no error of the protocol. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const error = await call.then(
    (answer) => Promise.reject(new Error(`the call succeeded: ${String(answer)}`)),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConnectError)) throw error;
  return describeError(error);
}

/** The parts of an error that came over the wire. */
export function describeError(error: ConnectError): Failure {
  const [info] = error.findDetails(ErrorInfoSchema);
  return {
    code: Code[error.code],
    reason: info?.reason,
    domain: info?.domain,
    message: error.rawMessage,
    metadata: info?.metadata ?? {},
    fields: error
      .findDetails(BadRequestSchema)
      .flatMap((detail) => detail.fieldViolations.map((violation) => violation.field))
      .sort(),
    preconditions: error
      .findDetails(PreconditionFailureSchema)
      .flatMap((detail) => detail.violations)
      .map(({ type, subject, description }) => `${type} ${subject}: ${description}`),
    resources: error.findDetails(ResourceInfoSchema).map((resource) => resource.resourceName),
    hasQuota: error.findDetails(QuotaFailureSchema).length > 0,
    hasRetry: error.findDetails(RetryInfoSchema).length > 0,
  };
}
