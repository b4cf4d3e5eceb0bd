import { Code, ConnectError } from "@connectrpc/connect";

/** What Node's errors mean, by `code`, as Connect's own client sorts them. The first that fits counts. */
const MEANINGS: readonly (readonly [codes: ReadonlySet<unknown>, meaning: Code])[] = [
  [new Set(["ERR_STREAM_WRITE_AFTER_END"]), Code.Aborted],
  [new Set(["ERR_STREAM_DESTROYED", "ERR_HTTP2_INVALID_STREAM", "ECONNRESET"]), Code.Aborted],
  [new Set(["ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED"]), Code.Unavailable],
];

/** Why a connection or a stream failed, as a ConnectError with Node's error for its cause. */
export function nodeReason(reason: unknown): ConnectError {
  const codes = systemCodes(reason);
  const [, meaning] = MEANINGS.find(([some]) => codes.some((code) => some.has(code))) ?? [];
  return ConnectError.from(reason, meaning ?? Code.Internal);
}

/** The `code` of an error, and of its causes. */
function systemCodes(reason: unknown): unknown[] {
  const chain = new Set<Error>();
  for (let error = reason; error instanceof Error && !chain.has(error); error = error.cause) chain.add(error);
  return [...chain].map((error) => ("code" in error ? error.code : undefined));
}
