import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { ContextValues } from "@connectrpc/connect";

/**
 * Where an error came from: while the request was read and decoded, in the hooks or the handler, or while the response
 * was encoded.
 */
export type Stage = "request" | "call" | "response";

/** What is known of a call when its headers are here. */
export interface CallFacts {
  readonly method: DescMethod;
  /** `connect` or `grpc`. */
  readonly protocol: string;
  /** The caller's timeout in milliseconds, or undefined when it named none. */
  readonly timeoutMs: number | undefined;
  /** A request header by its name in lower case; the values of a repeated one are joined. */
  header(name: string): string | undefined;
}

/**
 * What takes part in one call: authentication, validation, limits, a log line. It is asked in this order: `enter`,
 * `work`, `end`; `fail` wherever an error comes up outside of these. Whoever has nothing to say leaves a member's
 * default (`NO_HOOKS`). Return a promise only where there is something to wait for: the call then goes on later.
 */
export interface CallHooks {
  /** Headers of every answer, names in lower case and values in turn. Read once, after `enter` or when a handler asks. */
  readonly replyHeaders: readonly string[];
  /**
   * Milliseconds until the body has to be here; Infinity for no limit. Asked for when a body did not come with its
   * headers.
   */
  readonly remainingMs: number;
  /** The headers are here, the body is not read. An error refuses the call, and is sent as it is. */
  enter(): void | Promise<void>;
  /** Runs `handler`. What it throws is sent as it is. */
  work<T>(message: Message, handler: () => T | Promise<T>): T | Promise<T>;
  /** An error outside of `enter` and `work`; returns the one to send. */
  fail(error: unknown, stage: Stage): unknown;
  /** The caller hung up. `end` follows at once. */
  abandon(): void;
  /**
   * All is done but the sending of the answer. When the caller hung up it comes early, while `enter` or `work` may still
   * run.
   */
  end(): void;
  /** A handler asks for the context values for the first time. */
  provide(values: ContextValues): void;
}

/** Makes the hooks of a call. It must not throw: `enter` is the place for a refusal. */
export type BeginCall = (facts: CallFacts) => CallHooks;

/** Hooks that do nothing. */
export const NO_HOOKS: CallHooks = {
  replyHeaders: [],
  remainingMs: Number.POSITIVE_INFINITY,
  enter: () => undefined,
  work: (_, handler) => handler(),
  fail: (error) => error,
  abandon: () => undefined,
  end: () => undefined,
  provide: () => undefined,
};
