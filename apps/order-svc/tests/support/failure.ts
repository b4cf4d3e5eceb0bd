import { type Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  ResourceInfoSchema,
  RetryInfoSchema,
} from "@skyport/proto";

/** What a caller is told by an error. */
export interface Failure {
  readonly code: Code;
  readonly reason: string | undefined;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** The paths of the fields at fault. */
  readonly fields: readonly string[];
  readonly preconditions: readonly { readonly type: string; readonly subject: string; readonly description: string }[];
  readonly resources: readonly string[];
  /** Undefined without RetryInfo. */
  readonly retryMs: number | undefined;
}

/** What an error that a call threw tells. */
export function failureIn(thrown: unknown): Failure {
  if (!(thrown instanceof ConnectError)) throw thrown;
  const info = thrown.findDetails(ErrorInfoSchema)[0];
  const delay = thrown.findDetails(RetryInfoSchema)[0]?.retryDelay;
  return {
    code: thrown.code,
    reason: info?.reason,
    message: thrown.rawMessage,
    metadata: { ...info?.metadata },
    fields: thrown.findDetails(BadRequestSchema).flatMap((d) => d.fieldViolations.map(({ field }) => field)),
    preconditions: thrown
      .findDetails(PreconditionFailureSchema)
      .flatMap((d) => d.violations.map(({ type, subject, description }) => ({ type, subject, description }))),
    resources: thrown.findDetails(ResourceInfoSchema).map(({ resourceName }) => resourceName),
    retryMs: delay === undefined ? undefined : Number(delay.seconds) * 1_000 + delay.nanos / 1_000_000,
  };
}

/** What a call failed with; it must not succeed. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    return failureIn(error);
  }
  throw new Error("the call has succeeded");
}

/** The reason alone. */
export async function reasonOf(call: Promise<unknown>): Promise<string | undefined> {
  return (await failureOf(call)).reason;
}
