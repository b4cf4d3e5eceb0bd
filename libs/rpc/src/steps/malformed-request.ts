import { isFieldError } from "@bufbuild/protobuf/reflect";
import type { ConnectError } from "@connectrpc/connect";
import { DomainError } from "@skyport/errors";
import { UnknownEnumError } from "../connect/unknown-enum.ts";
import { causes } from "../errors/error-text.ts";

const MAX_MESSAGE = 300;

/**
 * MALFORMED_REQUEST for a request that cannot be decoded. The decoder's words are kept, cut short: they name what the
 * caller sent and nothing of ours. Where JSON is at fault, the field is named as the decoder knows it (its own name,
 * without the path to it).
 */
export function malformedRequest(error: ConnectError): DomainError {
  const message = error.rawMessage.slice(0, MAX_MESSAGE);
  const field = fieldAtFault(error);
  return new DomainError("MALFORMED_REQUEST", message, {
    ...(field === undefined ? {} : { fields: [{ field, description: message }] }),
    cause: error,
  });
}

/** protobuf-es wraps the error that names the field once; Connect wraps it once more. */
function fieldAtFault(error: unknown): string | undefined {
  for (const cause of causes(error)) {
    if (cause instanceof UnknownEnumError) return cause.path;
    if (isFieldError(cause)) return cause.field().name;
  }
  return undefined;
}
