import type { IncomingMessage } from "node:http";
import { Code, ConnectError } from "@connectrpc/connect";
import { contentTypeUnaryRegExp, parseTimeout } from "@connectrpc/connect/protocol-connect";
import type { MethodPlan } from "../core/method-plan.ts";

const JSON_TYPE = "application/json";
const PROTO_TYPE = "application/proto";
const TIMEOUT = /^\d{1,10}$/;

/**
 * Whether a request's body is binary (true) or JSON (false); undefined when the request is not for the fast path: another
 * method of HTTP or content type, a compressed body, HTTP/2, no Host.
 */
export function bodyFormat(request: IncomingMessage): boolean | undefined {
  const { headers } = request;
  if (request.method !== "POST" || request.httpVersionMajor !== 1) return undefined;
  if (headers["content-encoding"] !== undefined || headers.host === undefined) return undefined;
  const type = headers["content-type"];
  if (type === JSON_TYPE) return false;
  if (type === PROTO_TYPE) return true;
  if (type === undefined || !contentTypeUnaryRegExp.test(type)) return undefined;
  return type.length === PROTO_TYPE.length;
}

/** What the headers say about the call, and what is wrong with them. */
export interface RequestHead {
  readonly timeoutMs: number | undefined;
  /** The timeout's header as it counts: undefined, or capped. */
  readonly timeout: string | undefined;
  readonly error: ConnectError | undefined;
}

const PLAIN_HEAD: RequestHead = { timeoutMs: undefined, timeout: undefined, error: undefined };

/** Reads the timeout, cut to `capMs`, and the protocol's version where the plan's options require it. */
export function readHead(request: IncomingMessage, plan: MethodPlan, capMs: number | undefined): RequestHead {
  const sent = request.headers["connect-timeout-ms"];
  const { requireConnectProtocolHeader } = plan.options;
  if (sent === undefined && !requireConnectProtocolHeader) return PLAIN_HEAD;
  const version = requireConnectProtocolHeader ? versionError(request.headers["connect-protocol-version"]) : undefined;
  if (sent === undefined) return { ...PLAIN_HEAD, error: version };
  const timeout = capped(String(sent), capMs);
  const { timeoutMs, error } = parseTimeout(timeout, plan.options.maxTimeoutMs);
  return { timeoutMs, timeout, error: version ?? error };
}

function capped(value: string, capMs: number | undefined): string {
  return capMs !== undefined && TIMEOUT.test(value) && Number(value) > capMs ? String(capMs) : value;
}

function versionError(version: string | string[] | undefined): ConnectError | undefined {
  if (version === "1") return undefined;
  return new ConnectError(
    version === undefined
      ? 'missing required header: set Connect-Protocol-Version to "1"'
      : `Connect-Protocol-Version must be "1": got "${version}"`,
    Code.InvalidArgument,
  );
}
