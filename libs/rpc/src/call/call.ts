import type { DescMethod } from "@bufbuild/protobuf";
import { type ContextValues, createContextKey, type HandlerContext } from "@connectrpc/connect";
import { Deadline } from "@skyport/deadline";
import type { Logger } from "pino";
import { REQUEST_ID_HEADER, requestIdFrom } from "./request-id.ts";

/** What the transport that serves a call knows of it. */
export interface CallSource {
  readonly method: DescMethod;
  /** `connect`, `grpc` or `grpc-web`. */
  readonly protocol: string;
  /** The caller's timeout in milliseconds, or undefined when it named none. */
  readonly timeoutMs: number | undefined;
  readonly logger: Logger;
  /** A request header, looked up when a step asks for it. */
  readonly header: (name: string) => string | null | undefined;
}

/**
 * One call of an RPC, as steps and handlers see it. What costs something (the id, a logger of its own) is made when it
 * is first asked for: most calls ask for little.
 */
export class Call {
  readonly method: DescMethod;
  readonly protocol: string;
  readonly timeoutMs: number | undefined;
  /** When the call arrived, on the clock of `performance.now()`. */
  readonly startedAt: number = performance.now();
  /** The moment by which the answer is due. The deadline step sets it. */
  deadline: Deadline = Deadline.NEVER;
  /** Who calls: empty until authentication is on. */
  principal = "";
  /** Whether the caller hung up before it had the answer. */
  abandoned = false;
  /**
   * What the answer was made from: revisions, and whatever else decides about its bytes. A handler that sets it promises
   * that equal stamps for equal requests mean equal answers; Connect's GET then gets an ETag of it. Unset: no ETag.
   */
  stamp: readonly string[] | undefined;

  readonly #source: CallSource;
  #id: string | undefined;
  #logger: Logger | undefined;
  #working = false;
  #afterWork: (() => void)[] | undefined;

  constructor(source: CallSource) {
    this.#source = source;
    this.method = source.method;
    this.protocol = source.protocol;
    this.timeoutMs = source.timeoutMs;
  }

  /** The id that log lines, the response and calls to peers carry. */
  get id(): string {
    this.#id ??= requestIdFrom(this.#source.header(REQUEST_ID_HEADER));
    return this.#id;
  }

  /** `skyport.product.v1.ProductService/GetProduct` */
  get procedure(): string {
    return `${this.method.parent.typeName}/${this.method.name}`;
  }

  /** A logger whose lines carry the call's id and method. */
  get logger(): Logger {
    this.#logger ??= this.#source.logger.child({ id: this.id, method: this.procedure });
    return this.#logger;
  }

  /** The server's logger, for the one line a call that names the id itself. */
  get serverLogger(): Logger {
    return this.#source.logger;
  }

  /** A request header, or undefined. */
  header(name: string): string | undefined {
    return this.#source.header(name) ?? undefined;
  }

  /** The handler is at work, which may outlive the answer. */
  workBegins(): void {
    this.#working = true;
  }

  /** The handler has finished. */
  workEnds(): void {
    this.#working = false;
    for (const done of this.#afterWork ?? []) done();
    this.#afterWork = undefined;
  }

  /** Runs `done` when the handler has finished: at once if it has, later if it goes on after the answer. */
  afterWork(done: () => void): void {
    if (!this.#working) done();
    else if (this.#afterWork === undefined) this.#afterWork = [done];
    else this.#afterWork.push(done);
  }
}

const callKey = createContextKey<Call | undefined>(undefined, { description: "the call" });

/** The call that a handler serves. Throws outside of a server of this library. */
export function callOf(context: Pick<HandlerContext, "values">): Call {
  const call = context.values.get(callKey);
  if (call === undefined) throw new Error("no call in this context: it was not made by createRpcServer");
  return call;
}

/** Puts the call where `callOf` finds it; also for tests of a single handler. */
export function setCall(values: ContextValues, call: Call): void {
  values.set(callKey, call);
}
