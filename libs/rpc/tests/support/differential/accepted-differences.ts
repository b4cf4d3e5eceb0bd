import type { Difference } from "./compare.ts";

/** A difference that is known and wanted. */
export interface AcceptedDifference {
  readonly name: string;
  readonly reason: string;
  /** Whether it is this one, and nothing else besides. */
  readonly covers: (difference: Difference) => boolean;
}

const REFUSED_BY_PARSER = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n[closed]";

/** Every difference between the fast path and Connect's own handlers that the tests let pass. */
export const ACCEPTED_DIFFERENCES: readonly AcceptedDifference[] = [
  {
    name: "an answer before garbage",
    reason:
      "One packet holds a request that can be answered as soon as it is read, and after it bytes that are no HTTP. The " +
      "parser's 400 ends the connection at once. The fast path has answered by then, Connect's handlers, which need " +
      "some turns more, have not, so that their answer is lost. Which of the two a caller gets hangs on packets anyway.",
    covers: ({ stock, fast }) =>
      stock.wire === REFUSED_BY_PARSER && /^HTTP\/1\.1 \d{3} [\s\S]*\r\n\r\n[\s\S]*\[closed\]$/.test(fast.wire),
  },
  {
    name: "gRPC: a registration's own limit of answers",
    reason:
      "Connect's gRPC handlers find an answer too large when no step can give the error a reason any more. The check " +
      "that is made for them beforehand knows the server's limit, not a smaller one of a registration, which no service " +
      "sets. The fast path always gives the reason.",
    covers: ({ stock, fast }) =>
      stock.wire.includes('is larger than configured writeMaxBytes 1000","grpc-status":"8"}') &&
      fast.wire.includes('the response message is larger than 8388608 bytes","grpc-status":"8"'),
  },
  {
    name: "gRPC: a registration's own limit of answers, unseen by the caller",
    reason:
      "The same, of an answer whose content-length a handler has set to something else: HTTP/2 breaks it off on both " +
      "sides, so that only the log tells what it was.",
    covers: ({ stock, fast }) => stock.wire === fast.wire && isLimitInLogOnly(stock.inside, fast.inside),
  },
];

/** Whether two lists differ in one log line, of a call that went well here and had too large an answer there. */
function isLimitInLogOnly(stock: readonly string[], fast: readonly string[]): boolean {
  const [ok, ...others] = stock.filter((line) => !fast.includes(line));
  const [tooLarge, ...more] = fast.filter((line) => !stock.includes(line));
  return (
    others.length + more.length === 0 &&
    ok?.includes('"code":"ok","msg":"call"') === true &&
    tooLarge?.includes('"reason":"MESSAGE_TOO_LARGE","msg":"call"') === true
  );
}
