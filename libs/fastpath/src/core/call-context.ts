import type { DescMethodUnary, DescService } from "@bufbuild/protobuf";
import { Code, ConnectError, type ContextValues, type HandlerContext } from "@connectrpc/connect";

/** What a context asks of the call that it belongs to, when a handler asks for it. */
export interface ContextSource {
  readonly method: DescMethodUnary;
  readonly protocol: string;
  /** The caller's timeout in milliseconds. */
  readonly timeoutMs: number | undefined;
  /** When the call began, on the clock of `performance.now()`. */
  readonly startedAt: number;
  readonly shutdownSignal: AbortSignal | undefined;
  makeUrl(): string;
  makeRequestHeader(): Headers;
  makeResponseHeader(): Headers;
  makeResponseTrailer(): Headers;
  makeValues(): ContextValues;
}

/**
 * The `HandlerContext` of a call. Nothing in it exists until a handler asks for it: headers, values, the URL, and above
 * all the signal, which costs more than the rest of a call.
 */
export class CallContext implements HandlerContext {
  readonly #source: ContextSource;
  #url: string | undefined;
  #requestHeader: Headers | undefined;
  #responseHeader: Headers | undefined;
  #responseTrailer: Headers | undefined;
  #values: ContextValues | undefined;
  #abort: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #onShutdown: (() => void) | undefined;
  #over = false;
  #reason: unknown;

  constructor(source: ContextSource) {
    this.#source = source;
  }

  get method(): DescMethodUnary {
    return this.#source.method;
  }

  get service(): DescService {
    return this.#source.method.parent;
  }

  get requestMethod(): string {
    return "POST";
  }

  get protocolName(): string {
    return this.#source.protocol;
  }

  get url(): string {
    this.#url ??= this.#source.makeUrl();
    return this.#url;
  }

  get timeoutMs(): () => number | undefined {
    const { timeoutMs, startedAt } = this.#source;
    return () => (timeoutMs === undefined ? undefined : Math.ceil(startedAt + timeoutMs - performance.now()));
  }

  get requestHeader(): Headers {
    this.#requestHeader ??= this.#source.makeRequestHeader();
    return this.#requestHeader;
  }

  get responseHeader(): Headers {
    this.#responseHeader ??= this.#source.makeResponseHeader();
    return this.#responseHeader;
  }

  get responseTrailer(): Headers {
    this.#responseTrailer ??= this.#source.makeResponseTrailer();
    return this.#responseTrailer;
  }

  get values(): ContextValues {
    this.#values ??= this.#source.makeValues();
    return this.#values;
  }

  get signal(): AbortSignal {
    this.#abort ??= this.#makeAbort();
    return this.#abort.signal;
  }

  /** The response's headers if a handler has asked for them, for whoever writes them. */
  get touchedHeader(): Headers | undefined {
    return this.#responseHeader;
  }

  get touchedTrailer(): Headers | undefined {
    return this.#responseTrailer;
  }

  /** The call is over, or its caller gone: the signal aborts, now or as soon as it is asked for. Only the first counts. */
  finish(reason?: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#reason = reason;
    if (this.#abort === undefined) return;
    clearTimeout(this.#timer);
    if (this.#onShutdown) this.#source.shutdownSignal?.removeEventListener("abort", this.#onShutdown);
    this.#abort.abort(reason);
  }

  #makeAbort(): AbortController {
    const abort = new AbortController();
    const { timeoutMs, startedAt, shutdownSignal } = this.#source;
    if (this.#over) {
      abort.abort(this.#reason);
    } else if (shutdownSignal?.aborted === true) {
      abort.abort(shutdownSignal.reason);
    } else {
      this.#onShutdown = () => abort.abort(shutdownSignal?.reason);
      shutdownSignal?.addEventListener("abort", this.#onShutdown);
      const leftMs = timeoutMs === undefined ? Number.POSITIVE_INFINITY : startedAt + timeoutMs - performance.now();
      if (leftMs <= 0) abort.abort(timedOut());
      else if (leftMs !== Number.POSITIVE_INFINITY) {
        this.#timer = setTimeout(() => abort.abort(timedOut()), Math.ceil(leftMs));
      }
    }
    return abort;
  }
}

function timedOut(): ConnectError {
  return new ConnectError("the operation timed out", Code.DeadlineExceeded);
}
