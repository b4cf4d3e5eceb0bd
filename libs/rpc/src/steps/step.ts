import type { Message } from "@bufbuild/protobuf";
import type { Call } from "../call/call.ts";

/**
 * Where an error came from: while the request was read and decoded, in a step or the handler, or while the response was
 * encoded.
 */
export type Stage = "request" | "call" | "response";

/** How a call ended. `error` is what the caller was sent. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

/**
 * One cross-cutting concern of every call. A server has ONE ordered list of them. They are plain functions that do not
 * need Connect's request objects, so that the same list can serve a call on any path; a hook that is synchronous costs
 * one function call.
 *
 * `enter` runs in order, `fail` and `leave` in reverse order, from the inside out.
 */
export interface Step {
  readonly name: string;
  /** The headers are here, the body is not read yet. An error refuses the call. */
  enter?(call: Call): void | Promise<void>;
  /** A decoded request message: exactly one for unary calls, each one of a stream. An error refuses it. */
  receive?(call: Call, message: Message): void | Promise<void>;
  /** Maps an error on its way out: whatever it returns is passed on. */
  fail?(call: Call, error: unknown, stage: Stage): unknown;
  /** The call is over. Runs once, for each step whose `enter` succeeded. */
  leave?(call: Call, outcome: Outcome): void;
}
