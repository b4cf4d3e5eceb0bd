import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from "node:http2";
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError, type UnaryResponse } from "@connectrpc/connect";
import { resetReason } from "../grpc/reset-reason.ts";
import type { ClientMethod } from "./client-method.ts";
import { FrameReader } from "./frame-reader.ts";
import { nodeReason } from "./node-reason.ts";
import { checkHeaders, checkTrailers, type ResponseHeaders } from "./response-check.ts";
import { UnaryAnswer } from "./unary-answer.ts";

/** What a stream tells its call. */
interface StreamEvents {
  response(headers: ResponseHeaders): void;
  data(chunk: Buffer): void;
  trailers(trailers: IncomingHttpHeaders): void;
  ended(): void;
  fail(error: ConnectError): void;
  closed(): void;
}

/** Where a stream has its call, so that all streams share their listeners. */
const kCall = Symbol("call");
type CallStream = ClientHttp2Stream & { [kCall]?: StreamEvents };

function onResponse(this: CallStream, headers: ResponseHeaders): void {
  this[kCall]?.response(headers);
}

function onData(this: CallStream, chunk: Buffer): void {
  this[kCall]?.data(chunk);
}

function onTrailers(this: CallStream, trailers: IncomingHttpHeaders): void {
  this[kCall]?.trailers(trailers);
}

function onEnd(this: CallStream): void {
  this[kCall]?.ended();
}

function onError(this: CallStream, error: unknown): void {
  this[kCall]?.fail(nodeReason(error));
}

function onClose(this: CallStream): void {
  this[kCall]?.closed();
}

function onDeadline(call: StreamEvents): void {
  call.fail(new ConnectError("the operation timed out", Code.DeadlineExceeded));
}

/** `setTimeout` takes more for nothing. */
const LONGEST_TIMER_MS = 0x7fffffff;
const NO_TRAILERS: IncomingHttpHeaders = {};

/** What all calls of a client share. */
export interface ExchangeOptions {
  readonly readMaxBytes: number;
  /** Hears of bytes that show that the connection lives. */
  readonly onBytes: (stream: ClientHttp2Stream) => void;
}

/**
 * The client's side of a unary call of gRPC (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md): ends once,
 * with the answer or with the first error, and resets a stream that still has something to say by then.
 */
export class GrpcExchange<I extends DescMessage, O extends DescMessage> implements StreamEvents {
  readonly #method: ClientMethod<I, O>;
  readonly #options: ExchangeOptions;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #resolve: (answer: UnaryResponse<I, O>) => void;
  readonly #reject: (error: ConnectError) => void;
  #isOver = false;
  #stream: CallStream | undefined;
  #headers: ResponseHeaders | undefined;
  #headerError: ConnectError | undefined;
  #reader: FrameReader<MessageShape<O>> | undefined;
  #trailers: IncomingHttpHeaders = NO_TRAILERS;

  constructor(
    method: ClientMethod<I, O>,
    options: ExchangeOptions,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    resolve: (answer: UnaryResponse<I, O>) => void,
    reject: (error: ConnectError) => void,
  ) {
    this.#method = method;
    this.#options = options;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    if (timeoutMs !== undefined && timeoutMs <= LONGEST_TIMER_MS) this.#timer = setTimeout(onDeadline, timeoutMs, this);
    signal?.addEventListener("abort", this);
  }

  /** The caller's signal was aborted. */
  handleEvent(): void {
    this.fail(ConnectError.from(this.#signal?.reason, Code.Canceled));
  }

  /** Sends the request. The caller may have given up while the connection was made. */
  send(stream: ClientHttp2Stream, frame: Uint8Array): void {
    this.#stream = stream;
    this.#stream[kCall] = this;
    stream.on("error", onError);
    if (this.#isOver) {
      stream.close(constants.NGHTTP2_CANCEL);
      return;
    }
    stream.on("close", onClose);
    stream.on("response", onResponse);
    stream.on("trailers", onTrailers);
    stream.on("end", onEnd);
    stream.end(frame);
  }

  response(headers: ResponseHeaders): void {
    if (this.#isOver) return;
    this.#headers = headers;
    try {
      this.#headerError = checkHeaders(headers);
    } catch (error) {
      this.fail(ConnectError.from(error));
      return;
    }
    this.#stream?.on("data", onData);
  }

  data(chunk: Buffer): void {
    if (this.#isOver || this.#stream === undefined) return;
    // The connection's keeper hears of the headers, with which the bytes of nearly every answer come.
    if (this.#reader === undefined) this.#reader = new FrameReader(this.#method.decode, this.#options.readMaxBytes);
    else this.#options.onBytes(this.#stream);
    try {
      this.#reader.read(chunk);
    } catch (error) {
      this.fail(ConnectError.from(error));
    }
  }

  trailers(trailers: IncomingHttpHeaders): void {
    this.#trailers = trailers;
  }

  /** The answer is at its end. */
  ended(): void {
    // A stream that breaks off ends, too; then it closes.
    const isBroken = this.#stream?.rstCode !== constants.NGHTTP2_NO_ERROR;
    if (this.#isOver || this.#headers === undefined || isBroken) return;
    try {
      this.#succeed(this.#answer(this.#headers));
    } catch (error) {
      this.fail(ConnectError.from(error));
    }
  }

  closed(): void {
    if (this.#isOver) return;
    this.fail(resetReason(this.#stream?.rstCode) ?? nodeReason(prematureClose()));
  }

  fail(error: ConnectError): void {
    if (this.#isOver) return;
    this.#finish();
    if (this.#stream?.closed === false) this.#stream.close(constants.NGHTTP2_CANCEL);
    this.#reject(error);
  }

  #succeed(answer: UnaryResponse<I, O>): void {
    this.#finish();
    this.#resolve(answer);
  }

  #finish(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this);
  }

  #answer(headers: ResponseHeaders): UnaryResponse<I, O> {
    const message = this.#reader?.end();
    checkTrailers(this.#trailers, headers);
    if (message === undefined) {
      if (this.#headerError !== undefined) throw this.#headerError;
      const code = "grpc-status" in this.#trailers ? Code.Unimplemented : Code.Unknown;
      throw new ConnectError("protocol error: missing output message for unary method", code);
    }
    if (this.#headerError !== undefined) {
      const text = "protocol error: received output message for unary method with error status";
      throw new ConnectError(text, Code.Unknown);
    }
    return new UnaryAnswer(this.#method.method, message, headers, this.#trailers);
  }
}

function prematureClose(): Error {
  return Object.assign(new Error("Premature close"), { code: "ERR_STREAM_PREMATURE_CLOSE" });
}
