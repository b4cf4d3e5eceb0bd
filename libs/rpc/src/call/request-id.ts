import { randomUUID } from "node:crypto";

/** The header that carries a call's id: taken from the caller, sent back, and handed on to peers. */
export const REQUEST_ID_HEADER = "x-request-id";

const ACCEPTED = /^[\w.~:/+=@-]{1,128}$/;

/** The caller's id where it is fit for a log line and a header, else a fresh UUID. */
export function requestIdFrom(header: string | null | undefined): string {
  return header !== null && header !== undefined && ACCEPTED.test(header) ? header : randomUUID();
}
