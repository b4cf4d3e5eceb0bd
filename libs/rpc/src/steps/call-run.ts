import type { Message } from "@bufbuild/protobuf";
import type { ContextValues } from "@connectrpc/connect";
import type { CallHooks } from "@skyport/fastpath";
import { type Call, setCall } from "../call/call.ts";
import { REQUEST_ID_HEADER } from "../call/request-id.ts";
import { inTime } from "./in-time.ts";
import type { Outcome, Stage, Step } from "./step.ts";

type Phase = "entering" | "reading" | "working" | "answering" | "over";

/**
 * One call's way through the steps. It knows nothing of HTTP: whoever serves the call tells it what happens
 * (`enter`, `work` or `receive`, `abandon`, `end`), and throws to the protocol what it throws.
 *
 * Nothing is awaited that is not a promise, so that a call whose steps and handler are synchronous stays synchronous.
 */
export class CallRun implements CallHooks {
  readonly call: Call;
  readonly #steps: readonly Step[];
  #entered = 0;
  #phase: Phase = "entering";
  #outcome: Outcome = { ok: true };
  #endRequested = false;

  constructor(steps: readonly Step[], call: Call) {
    this.#steps = steps;
    this.call = call;
  }

  /** Whether the call has ended: a later error has nobody to tell. */
  get over(): boolean {
    return this.#phase === "over";
  }

  /** What the caller is sent instead of an answer, once that is known. */
  get error(): unknown {
    return this.#outcome.ok ? undefined : this.#outcome.error;
  }

  /** Headers of the answer: names and values in turn. */
  get replyHeaders(): readonly string[] {
    return [REQUEST_ID_HEADER, this.call.id];
  }

  /** Milliseconds until the answer is due. */
  get remainingMs(): number {
    return this.call.deadline.remainingMs;
  }

  /** Puts the call where handlers find it. */
  provide(values: ContextValues): void {
    setCall(values, this.call);
  }

  /** The caller hung up. */
  abandon(): void {
    if (!this.over) this.call.abandoned = true;
  }

  /**
   * Runs each step's `enter`. Throws (or rejects with) the mapped error of the step that refuses, or DEADLINE_EXCEEDED
   * when the time is up by then.
   */
  enter(): void | Promise<void> {
    return this.#enterFrom(0);
  }

  /** Hands a decoded message to each step. Throws the step's error as it is: `work` maps it. */
  receive(message: Message): void | Promise<void> {
    return this.#receiveFrom(0, message);
  }

  /**
   * A unary call's middle: the steps receive the message, then `handler` runs; the answer, or an error, comes by the
   * call's deadline whatever they do. Work that goes on after the deadline is left to itself.
   */
  work<T>(message: Message, handler: () => T | Promise<T>): T | Promise<T> {
    this.#advance("working");
    let result: T | Promise<T>;
    try {
      const received = this.receive(message);
      result = received === undefined ? handler() : received.then(handler);
    } catch (error) {
      return this.#refuse(error);
    }
    if (!(result instanceof Promise)) {
      this.#advance("answering");
      return result;
    }
    this.call.workBegins();
    return this.#due(result);
  }

  /** A streaming call's middle has begun; it lasts until the call ends. */
  stream(): void {
    this.#phase = "answering";
  }

  /** Maps an error through the steps and keeps the result as the call's outcome. */
  fail(error: unknown, stage: Stage): unknown {
    let mapped = error;
    for (let i = this.#steps.length - 1; i >= 0; i--) {
      const step = this.#steps[i];
      if (step?.fail !== undefined) mapped = step.fail(this.call, mapped, stage);
    }
    this.#outcome = { ok: false, error: mapped };
    return mapped;
  }

  /** The stage that an error belongs to when the protocol, not a step or handler, reports it. */
  get stage(): Stage {
    return this.#phase === "answering" ? "response" : this.#phase === "reading" ? "request" : "call";
  }

  /** The call is over as soon as its steps and handler are: each step's `leave` runs, once. */
  end(): void {
    if (this.#phase === "entering" || this.#phase === "working") {
      this.#endRequested = true;
      return;
    }
    if (this.#phase === "over") return;
    this.#phase = "over";
    for (let i = this.#entered - 1; i >= 0; i--) this.#steps[i]?.leave?.(this.call, this.#outcome);
  }

  #enterFrom(from: number): void | Promise<void> {
    try {
      for (let i = from; i < this.#steps.length; i++) {
        const pending = this.#steps[i]?.enter?.(this.call);
        if (pending !== undefined) {
          return pending.then(
            () => {
              this.#entered = i + 1;
              return this.#enterFrom(i + 1);
            },
            (error: unknown) => this.#refuse(error),
          );
        }
        this.#entered = i + 1;
      }
      // Whose time is up already, or was used up by a step, is not let in.
      if (from > 0 || this.call.timeoutMs !== undefined) this.call.deadline.check();
    } catch (error) {
      this.#refuse(error);
    }
    this.#advance("reading");
  }

  #receiveFrom(from: number, message: Message): void | Promise<void> {
    for (let i = from; i < this.#steps.length; i++) {
      const pending = this.#steps[i]?.receive?.(this.call, message);
      if (pending !== undefined) return pending.then(() => this.#receiveFrom(i + 1, message));
    }
  }

  #refuse(error: unknown): never {
    const mapped = this.fail(error, "call");
    this.#advance("answering");
    throw mapped;
  }

  #due<T>(result: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      inTime(
        result,
        this.call.deadline,
        () => this.call.workEnds(),
        (value) => {
          this.#advance("answering");
          resolve(value);
        },
        (error) => {
          const mapped = this.fail(error, "call");
          this.#advance("answering");
          reject(mapped);
        },
      );
    });
  }

  /** A call that is over stays so: the protocol may still hand it a message. */
  #advance(phase: Phase): void {
    if (this.#phase === "over") return;
    this.#phase = phase;
    if (this.#endRequested) this.end();
  }
}
