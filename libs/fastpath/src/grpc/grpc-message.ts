/**
 * A status message as a trailer has it: percent signs and what is not printable ASCII are encoded, nothing else.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
 */
export function encodeGrpcMessage(message: string): string {
  return message.replace(/[^ -~]+|%/gu, (part) => encodeURIComponent(part.toWellFormed()));
}
