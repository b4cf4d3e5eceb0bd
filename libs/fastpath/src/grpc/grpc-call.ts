import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { constants } from "node:http2";
import type { Message } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import { grpcStatusOk, setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { type Encoded, frameOf } from "../core/encoded.ts";
import type { MethodPlan } from "../core/method-plan.ts";
import { UnaryCall } from "../core/unary-call.ts";
import type { GrpcHead } from "./grpc-head.ts";
import { encodeGrpcMessage } from "./grpc-message.ts";
import { MessageReader } from "./message-reader.ts";
import { resetReason } from "./reset-reason.ts";

/** What all calls of a listener share. */
export interface GrpcCallOptions {
  /** How long the rest of a request is read that was answered before its end, in milliseconds. */
  readonly lingerMs: number;
  /** Hears of an answer that could not be sent. */
  readonly onSendFailure: (error: unknown, path: string) => void;
}

/** Where a stream has its call, so that all streams share their listeners. */
const kCall = Symbol("call");
type CallStream = ServerHttp2Stream & { [kCall]?: GrpcCall };

function onClose(this: CallStream): void {
  this[kCall]?.closed();
}

function onData(this: CallStream, chunk: Buffer): void {
  this[kCall]?.data(chunk);
}

function onEnd(this: CallStream): void {
  this[kCall]?.end();
}

function onWantTrailers(this: CallStream): void {
  this[kCall]?.sendTrailers();
}

/** A stream that fails is closed, too. */
function onError(): void {}

const WAIT_FOR_TRAILERS = { waitForTrailers: true };
const STATUS_OK: OutgoingHttpHeaders = { "grpc-status": grpcStatusOk };

/** A unary call of gRPC (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md) on a stream of `node:http2`. */
export class GrpcCall extends UnaryCall {
  override readonly protocol = "grpc";
  readonly #options: GrpcCallOptions;
  readonly #stream: CallStream;
  readonly #headers: IncomingHttpHeaders;
  readonly #head: GrpcHead;
  /** How the answer is compressed, if it is large enough. */
  readonly #compression: Compression | null;
  #ended = false;
  #reader: MessageReader | undefined;
  #trailers: OutgoingHttpHeaders = STATUS_OK;

  constructor(
    plan: MethodPlan,
    binary: boolean,
    options: GrpcCallOptions,
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    head: GrpcHead,
    compression: Compression | null,
  ) {
    super(plan, binary, head.timeoutMs);
    this.#options = options;
    this.#stream = stream;
    this.#headers = headers;
    this.#head = head;
    this.#compression = compression;
    this.#stream[kCall] = this;
    stream.on("error", onError);
    stream.on("close", onClose);
  }

  /** The stream has closed. */
  closed(): void {
    if (!this.over) this.abandon(resetReason(this.#stream.rstCode));
  }

  /** Some of the request is here. */
  data(chunk: Buffer): void {
    if (this.over || this.#reader === undefined) return;
    try {
      this.#reader.read(chunk);
    } catch (error) {
      this.bodyFailed(error);
    }
  }

  /** The request is at its end. */
  end(): void {
    // A stream that breaks off ends, too; then it closes.
    if (this.#stream.closed) return;
    this.#ended = true;
    if (this.over || this.#reader === undefined) return;
    let message: Message;
    try {
      message = this.#reader.end();
    } catch (error) {
      this.bodyFailed(error);
      return;
    }
    this.message(message);
  }

  /** The last of the answer's bytes is on its way. */
  sendTrailers(): void {
    this.#stream.sendTrailers(this.#trailers);
  }

  override header(name: string): string | undefined {
    const value = this.#headers[name];
    return typeof value === "object" ? value.join(", ") : value;
  }

  override makeUrl(): string {
    const authority = this.#headers[":authority"] ?? this.#headers.host;
    return new URL(this.#headers[":path"] ?? "", `http://${authority}`).toString();
  }

  override makeRequestHeader(): Headers {
    const headers = new Headers();
    for (const [name, value] of Object.entries(this.#headers)) {
      if (name.startsWith(":")) continue;
      if (typeof value === "string") headers.append(name, value);
      else for (const one of value ?? []) headers.append(name, one);
    }
    if (this.#head.timeout !== undefined) headers.set("grpc-timeout", this.#head.timeout);
    return headers;
  }

  override makeResponseHeader(): Headers {
    return new Headers(
      Object.entries(this.#plainHeader()).map(([name, value]): [string, string] => [name, String(value)]),
    );
  }

  override makeResponseTrailer(): Headers {
    return new Headers({ "grpc-status": grpcStatusOk });
  }

  protected override headError(): ConnectError | undefined {
    return this.#head.error;
  }

  protected override read(): void {
    const { codec, options } = this.plan;
    this.#reader = new MessageReader(codec, this.binary, options.readMaxBytes);
    this.#stream.on("data", onData);
    this.#stream.on("end", onEnd);
  }

  protected override sendMessage(encoded: Encoded): void {
    const compression = this.#compression;
    if (compression === null || encoded.byteLength < this.plan.options.compressMinBytes) {
      this.#send(encoded.frame);
      return;
    }
    compression
      .compress(encoded.bytes)
      .then((bytes) => this.#send(frameOf(bytes, 1)))
      .catch((error: unknown) => this.giveUp(error));
  }

  protected override sendError(error: ConnectError): void {
    const trailer = setTrailerStatus(this.context.responseTrailer, error);
    trailer.set("grpc-message", encodeGrpcMessage(error.rawMessage));
    this.#send(undefined);
  }

  protected override giveUp(error: unknown): void {
    this.#options.onSendFailure(error, this.plan.path);
    this.#stream.destroy();
  }

  #send(frame: Uint8Array | undefined): void {
    const stream = this.#stream;
    if (stream.destroyed || stream.closed) return;
    const { touchedHeader, touchedTrailer } = this.context;
    const header = touchedHeader === undefined ? this.#plainHeader() : nodeHeaders(touchedHeader);
    if (touchedTrailer !== undefined) this.#trailers = nodeHeaders(touchedTrailer);
    stream.on("wantTrailers", onWantTrailers);
    stream.respond(header, WAIT_FOR_TRAILERS);
    if (frame === undefined) stream.end();
    else stream.end(frame);
    if (!this.#ended) this.#linger();
  }

  #plainHeader(): OutgoingHttpHeaders {
    const header: OutgoingHttpHeaders = {
      "content-type": this.binary ? "application/grpc+proto" : "application/grpc+json",
    };
    if (this.#compression !== null) header["grpc-encoding"] = this.#compression.name;
    const { replyHeaders } = this.hooks;
    for (let i = 0; i + 1 < replyHeaders.length; i += 2) header[replyHeaders[i] ?? ""] = replyHeaders[i + 1];
    return header;
  }

  /**
   * The answer is out before the request is: the rest of that is read for a moment, since a caller may take a reset for
   * the loss of the answer; then the stream is closed (RFC 9113, section 8.1).
   */
  #linger(): void {
    const stream = this.#stream;
    const timer = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), this.#options.lingerMs);
    stream.on("close", () => clearTimeout(timer));
    stream.resume();
  }
}

/** Headers of HTTP/1.1's connections, which HTTP/2 forbids (RFC 9113, section 8.2.2). */
const FORBIDDEN: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** Headers of the web's kind as `node:http2` takes them, without what it may not send. */
function nodeHeaders(headers: Headers): OutgoingHttpHeaders {
  const all: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    if (FORBIDDEN.has(name)) continue;
    const before = all[name];
    if (before === undefined) all[name] = value;
    else all[name] = [...(Array.isArray(before) ? before : [before]), value];
  }
  return all;
}
