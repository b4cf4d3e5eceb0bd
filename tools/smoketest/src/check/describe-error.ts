import { type DescMessage, toJsonString } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  QuotaFailureSchema,
  ResourceInfoSchema,
  RetryInfoSchema,
} from "@skyport/proto";
import { wireName } from "./wire-name.ts";

const DETAILS: readonly DescMessage[] = [
  ErrorInfoSchema,
  BadRequestSchema,
  PreconditionFailureSchema,
  ResourceInfoSchema,
  QuotaFailureSchema,
  RetryInfoSchema,
];

/** An error in full, a line each: what it says, its details, and what caused it. */
export function describeError(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (!(thrown instanceof ConnectError)) return [`${thrown.name}: ${thrown.message}`, ...causes(thrown)].join("\n");
  const details = DETAILS.flatMap((schema) =>
    thrown.findDetails(schema).map((detail) => `${schema.name} ${toJsonString(schema, detail)}`),
  );
  return [`${wireName(thrown.code)}: ${thrown.rawMessage}`, ...details, ...causes(thrown)].join("\n");
}

function causes(error: Error): string[] {
  const { cause } = error;
  if (!(cause instanceof Error)) return [];
  const told = cause.message === error.message ? [] : [`caused by ${cause.name}: ${cause.message}`];
  return [...told, ...causes(cause)];
}
