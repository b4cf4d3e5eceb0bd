import type { IncomingHttpHeaders } from "node:http2";
import type { ConnectError } from "@connectrpc/connect";
import { parseTimeout } from "@connectrpc/connect/protocol-grpc";

const FORMATS: ReadonlyMap<string, boolean> = new Map([
  ["application/grpc", true],
  ["application/grpc+proto", true],
  ["application/grpc+json", false],
]);

const UNIT_MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 0.001, n: 0.000_001 };
const TIMEOUT = /^(\d{1,8})([HMSmun])$/;

/**
 * Whether a call's messages are binary (true) or JSON (false); undefined when it is not for the fast path: another verb
 * or content type, compressed messages, an expectation.
 */
export function messageFormat(headers: IncomingHttpHeaders): boolean | undefined {
  if (headers[":method"] !== "POST" || headers.expect !== undefined) return undefined;
  const encoding = headers["grpc-encoding"];
  if (encoding !== undefined && encoding !== "identity") return undefined;
  return FORMATS.get(headers["content-type"] ?? "");
}

/** What the headers say about a call's time, and what is wrong with it. */
export interface GrpcHead {
  readonly timeoutMs: number | undefined;
  /** The timeout's header as it counts: undefined, or capped. */
  readonly timeout: string | undefined;
  readonly error: ConnectError | undefined;
}

const PLAIN_HEAD: GrpcHead = { timeoutMs: undefined, timeout: undefined, error: undefined };

/** Reads the timeout, cut to `capMs`. */
export function readGrpcHead(headers: IncomingHttpHeaders, maxTimeoutMs: number, capMs: number | undefined): GrpcHead {
  const sent = headers["grpc-timeout"];
  if (sent === undefined) return PLAIN_HEAD;
  const timeout = capped(String(sent), capMs);
  const { timeoutMs, error } = parseTimeout(timeout, maxTimeoutMs);
  return { timeoutMs, timeout, error };
}

function capped(value: string, capMs: number | undefined): string {
  if (capMs === undefined) return value;
  const [, digits, unit = ""] = TIMEOUT.exec(value) ?? [];
  const unitMs = UNIT_MS[unit];
  return unitMs !== undefined && Number(digits) * unitMs > capMs ? `${capMs}m` : value;
}
