import type { DescMethodUnary, Message } from "@bufbuild/protobuf";
import { Code, ConnectError, type ContextValues, createContextValues } from "@connectrpc/connect";
import { CallContext, type ContextSource } from "./call-context.ts";
import type { CallFacts, CallHooks, Stage } from "./call-hooks.ts";
import type { Encoded } from "./encoded.ts";
import type { MethodPlan } from "./method-plan.ts";
import { spreadable } from "./spreadable.ts";
import { type Straggler, whenLate } from "./stragglers.ts";

type Phase = "entering" | "reading" | "working" | "over";

/**
 * One unary call, from its headers to its answer, in the order that Connect's own handlers have. It knows no protocol:
 * a subclass tells what the headers say, reads the body, and sends the answer.
 *
 * Nothing is awaited that is not a promise, and no timer is set, no signal made, no header object built until somebody
 * needs it.
 */
export abstract class UnaryCall implements CallFacts, ContextSource, Straggler {
  readonly plan: MethodPlan;
  abstract readonly protocol: string;
  readonly timeoutMs: number | undefined;
  readonly startedAt: number;
  protected readonly binary: boolean;
  protected readonly context: CallContext;
  #hooks: CallHooks | undefined;
  #phase: Phase = "entering";
  #gone = false;
  #timer: NodeJS.Timeout | undefined;
  #onShutdown: (() => void) | undefined;

  constructor(plan: MethodPlan, binary: boolean, timeoutMs: number | undefined) {
    this.plan = plan;
    this.binary = binary;
    this.timeoutMs = timeoutMs;
    // Only a timeout is counted from here.
    this.startedAt = timeoutMs === undefined ? 0 : performance.now();
    this.context = new CallContext(this);
  }

  get method(): DescMethodUnary {
    return this.plan.method;
  }

  get shutdownSignal(): AbortSignal | undefined {
    return this.plan.options.shutdownSignal;
  }

  protected get hooks(): CallHooks {
    if (this.#hooks === undefined) throw new Error("the call has not begun");
    return this.#hooks;
  }

  /** Whether the answer is on its way, or nobody is there to get one. */
  protected get over(): boolean {
    return this.#phase === "over";
  }

  abstract header(name: string): string | undefined;
  abstract makeUrl(): string;
  abstract makeRequestHeader(): Headers;
  abstract makeResponseHeader(): Headers;
  abstract makeResponseTrailer(): Headers;

  /** What is wrong with the headers, beyond what makes a request somebody else's. */
  protected abstract headError(): ConnectError | undefined;
  /** Reads the body, and calls `body` or `bodyFailed` with it. */
  protected abstract read(): void;
  protected abstract sendMessage(encoded: Encoded): void;
  protected abstract sendError(error: ConnectError): void;
  /** The answer cannot be sent: the connection, or the stream, is of no more use. */
  protected abstract giveUp(error: unknown): void;

  makeValues(): ContextValues {
    const values = createContextValues();
    this.hooks.provide(values);
    return values;
  }

  /** The headers are here. */
  begin(hooks: CallHooks): void {
    this.#hooks = hooks;
    let pending: void | Promise<void>;
    try {
      pending = hooks.enter();
    } catch (error) {
      this.#refuse(error);
      return;
    }
    if (pending === undefined) this.#admitted();
    else
      pending.then(
        () => this.#admitted(),
        (error: unknown) => this.#refuse(error),
      );
  }

  /** The caller hung up before the answer was out. `reason` is for whoever watches the signal. */
  abandon(reason: unknown): void {
    if (this.#phase === "over" || this.#gone) return;
    this.#gone = true;
    const reading = this.#phase === "reading";
    this.hooks.abandon();
    this.context.finish(reason);
    if (reading) {
      this.hooks.fail(
        new ConnectError("the request was cut short", Code.Canceled, undefined, undefined, reason),
        "request",
      );
      this.#close();
    }
    this.hooks.end();
  }

  /** The body is here. */
  body(bytes: Uint8Array): void {
    if (this.#phase !== "reading") return;
    let message: Message;
    try {
      message = this.plan.codec.decode(bytes, this.binary);
    } catch (error) {
      this.#fail(error, "request");
      return;
    }
    this.message(message);
  }

  /** The body is here, and decoded. */
  protected message(message: Message): void {
    if (this.#phase !== "reading") return;
    const { implementation } = this.plan;
    this.#phase = "working";
    let answer: unknown;
    try {
      // The codec has decoded what the implementation's type asks for.
      answer = this.hooks.work(message, () => plain(implementation(message as never, spreadable(this.context))));
    } catch (error) {
      this.#refuse(error);
      return;
    }
    if (!(answer instanceof Promise)) {
      this.#answer(answer);
      return;
    }
    answer.then(
      (output) => this.#answer(output),
      (error: unknown) => this.#refuse(error),
    );
  }

  /** The body cannot be read. */
  bodyFailed(error: unknown): void {
    if (this.#phase === "reading") this.#fail(error, "request");
  }

  /** The event loop has turned, and the body may still be on its way: from now on its time is counted. */
  late(): void {
    if (this.#phase !== "reading") return;
    const leftMs = this.hooks.remainingMs;
    if (leftMs !== Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(() => {
        this.bodyFailed(new ConnectError("the operation timed out", Code.DeadlineExceeded));
      }, Math.ceil(leftMs));
    }
    const { shutdownSignal } = this;
    if (shutdownSignal === undefined) return;
    this.#onShutdown = () => {
      if (this.#phase === "reading") this.#fail(shutdownSignal.reason, "request");
    };
    if (shutdownSignal.aborted) this.#onShutdown();
    else shutdownSignal.addEventListener("abort", this.#onShutdown);
  }

  #admitted(): void {
    if (this.#gone) {
      this.#close();
      return;
    }
    this.#phase = "reading";
    const error = this.headError();
    if (error !== undefined) {
      this.#fail(error, "request");
      return;
    }
    this.read();
    if (this.#phase === "reading") whenLate(this);
  }

  /** An error that the hooks know of. */
  #refuse(error: unknown): void {
    if (this.#close()) return;
    this.context.finish(error);
    this.hooks.end();
    try {
      this.sendError(error instanceof ConnectError ? error : internal(error));
    } catch (failure) {
      this.giveUp(failure);
    }
  }

  #answer(output: unknown): void {
    if (this.#gone) {
      this.#close();
      return;
    }
    const { codec } = this.plan;
    let stage: Stage = "call";
    let encoded: Encoded;
    try {
      const message = codec.normalize(output);
      stage = "response";
      encoded = codec.encode(message, this.binary);
    } catch (error) {
      this.#fail(error, stage);
      return;
    }
    this.#close();
    this.context.finish();
    this.hooks.end();
    try {
      this.sendMessage(encoded);
    } catch (failure) {
      this.giveUp(failure);
    }
  }

  #fail(error: unknown, stage: Stage): void {
    this.#refuse(this.hooks.fail(error, stage));
  }

  /** Nothing that happens from now on matters to the caller. Returns true when there is no caller any more. */
  #close(): boolean {
    this.#phase = "over";
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    if (this.#onShutdown !== undefined) this.shutdownSignal?.removeEventListener("abort", this.#onShutdown);
    return this.#gone;
  }
}

/** A promise of the language's own for whatever can be waited for. */
function plain(output: unknown): unknown {
  if (output instanceof Promise || typeof output !== "object" || output === null) return output;
  return "then" in output && typeof output.then === "function" ? Promise.resolve(output) : output;
}

function internal(error: unknown): ConnectError {
  return new ConnectError("internal error", Code.Internal, undefined, undefined, error);
}
