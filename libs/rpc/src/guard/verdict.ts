import { Code } from "@connectrpc/connect";
import { type PeerFailure, peerFailure } from "../client/peer-failure.ts";
import type { Verdict } from "./circuit-breaker.ts";

/** With less time than this, in milliseconds, a call that was not answered says nothing of the peer. */
const FAIR_MS = 250;

/** What a call's failure tells of the peer's health. A refusal is an answer: the peer is well. */
export function verdictOf(error: unknown, givenMs: number): Verdict {
  const failure = peerFailure(error);
  if (failure.kind === "timeout") return givenMs < FAIR_MS ? "unknown" : "failure";
  if (failure.kind !== "answered") return "failure";
  const { code } = failure.error.spec;
  return code === Code.Unavailable || failure.error.reason === "RATE_LIMITED" ? "failure" : "success";
}

/**
 * How long to wait at least before the same call may be made again, in milliseconds, 0 for as long as one likes; undefined
 * when another call is no use. After a timeout there is none: that time was the caller's.
 */
export function retryDelayOf(error: unknown): number | undefined {
  const failure: PeerFailure = peerFailure(error);
  if (failure.kind === "unreachable") return 0;
  return failure.kind === "answered" && failure.error.spec.retryable ? (failure.error.retryAfterMs ?? 0) : undefined;
}
