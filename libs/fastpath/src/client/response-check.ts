import type { IncomingHttpHeaders, IncomingHttpStatusHeader } from "node:http2";
import type { ConnectError } from "@connectrpc/connect";
import { grpcStatusOk, validateResponseWithCompression, validateTrailer } from "@connectrpc/connect/protocol-grpc";
import { webHeaders } from "./web-headers.ts";

export type ResponseHeaders = IncomingHttpHeaders & IncomingHttpStatusHeader;

const PLAIN_TYPES: ReadonlySet<unknown> = new Set(["application/grpc+proto", "application/grpc"]);

/**
 * Throws the error of headers that no answer begins with. Returns the error that they carry themselves, when the answer
 * is nothing but that. Whatever is not an answer's plain beginning is left to Connect's own check.
 */
export function checkHeaders(headers: ResponseHeaders): ConnectError | undefined {
  const isPlain =
    headers[":status"] === 200 &&
    PLAIN_TYPES.has(headers["content-type"]) &&
    headers["grpc-status"] === undefined &&
    headers["grpc-status-details-bin"] === undefined &&
    headers["grpc-encoding"] === undefined;
  if (isPlain) return undefined;
  return validateResponseWithCompression([], headers[":status"] ?? 0, webHeaders(headers)).headerError;
}

/** Throws the error that the trailers tell, or that they tell of no outcome at all. */
export function checkTrailers(trailers: IncomingHttpHeaders, headers: ResponseHeaders): void {
  if (trailers["grpc-status"] === grpcStatusOk && trailers["grpc-status-details-bin"] === undefined) return;
  validateTrailer(webHeaders(trailers), webHeaders(headers));
}
