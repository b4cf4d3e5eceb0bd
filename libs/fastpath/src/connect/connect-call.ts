import type { IncomingMessage, ServerResponse } from "node:http";
import { Code, ConnectError, type ContextValues, createContextValues } from "@connectrpc/connect";
import { type Compression, mergeNonProtocolHeaders } from "@connectrpc/connect/protocol";
import { codeToHttpStatus, errorToJson, trailerMux } from "@connectrpc/connect/protocol-connect";
import { readBody } from "../core/body.ts";
import { Encoded, MAX_TEXT_BYTES } from "../core/encoded.ts";
import type { MethodPlan } from "../core/method-plan.ts";
import { UnaryCall } from "../core/unary-call.ts";
import type { RequestHead } from "./request-head.ts";

/** What all calls of a listener share. */
export interface ConnectCallOptions {
  /** Values for a call's context, made when a handler asks for them. */
  readonly contextValues: ((request: IncomingMessage) => ContextValues) | undefined;
  /** Hears of an answer that could not be sent. */
  readonly onSendFailure: (error: unknown, path: string) => void;
}

/** A unary call by Connect's protocol (https://connectrpc.com/docs/protocol) over HTTP/1.1. */
export class ConnectCall extends UnaryCall {
  override readonly protocol = "connect";
  readonly #options: ConnectCallOptions;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #head: RequestHead;
  /** How the answer is compressed, if it is large enough. */
  readonly #compression: Compression | null;

  constructor(
    plan: MethodPlan,
    binary: boolean,
    options: ConnectCallOptions,
    request: IncomingMessage,
    response: ServerResponse,
    head: RequestHead,
    compression: Compression | null,
  ) {
    super(plan, binary, head.timeoutMs);
    this.#options = options;
    this.#request = request;
    this.#response = response;
    this.#head = head;
    this.#compression = compression;
    response.on("close", () => {
      if (!this.over) this.abandon(hangUp(request.errored));
    });
  }

  override header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return typeof value === "object" ? value.join(", ") : value;
  }

  override makeUrl(): string {
    const { socket, url = "", headers } = this.#request;
    const scheme = "encrypted" in socket && socket.encrypted === true ? "https" : "http";
    return new URL(url, `${scheme}://${headers.host}`).toString();
  }

  override makeRequestHeader(): Headers {
    const headers = new Headers();
    for (const [name, value] of Object.entries(this.#request.headers)) {
      if (typeof value === "string") headers.append(name, value);
      else for (const one of value ?? []) headers.append(name, one);
    }
    if (this.#head.timeout !== undefined) headers.set("connect-timeout-ms", this.#head.timeout);
    return headers;
  }

  override makeResponseHeader(): Headers {
    const headers = new Headers({ "content-type": this.#contentType });
    const { replyHeaders } = this.hooks;
    for (let i = 0; i + 1 < replyHeaders.length; i += 2) headers.set(replyHeaders[i] ?? "", replyHeaders[i + 1] ?? "");
    return headers;
  }

  override makeResponseTrailer(): Headers {
    return new Headers();
  }

  override makeValues(): ContextValues {
    const values = this.#options.contextValues?.(this.#request) ?? createContextValues();
    this.hooks.provide(values);
    return values;
  }

  protected override headError(): ConnectError | undefined {
    return this.#head.error;
  }

  protected override read(): void {
    const length = this.#request.headers["content-length"];
    readBody(this.#request, length === undefined ? -1 : Number(length), this.plan.options.readMaxBytes, this);
  }

  protected override sendMessage(encoded: Encoded): void {
    this.#send(200, encoded);
  }

  protected override sendError(error: ConnectError): void {
    const body = JSON.stringify(errorToJson(error, this.plan.options.jsonOptions));
    const { responseHeader } = this.context;
    responseHeader.set("content-type", "application/json");
    // What a peer's error carried speaks of another call.
    if (!error.isWireError) mergeNonProtocolHeaders(responseHeader, error.metadata);
    this.#send(codeToHttpStatus(error.code), Encoded.ofText(body));
  }

  protected override giveUp(error: unknown): void {
    this.#options.onSendFailure(error, this.plan.path);
    this.#response.destroy();
  }

  get #contentType(): string {
    return this.binary ? "application/proto" : "application/json";
  }

  #send(status: number, encoded: Encoded): void {
    const compression = this.#compression;
    if (compression === null || encoded.byteLength < this.plan.options.compressMinBytes) {
      this.#write(status, encoded);
      return;
    }
    compression
      .compress(encoded.bytes)
      .then((bytes) => {
        this.context.responseHeader.set("content-encoding", compression.name);
        this.#write(status, Encoded.ofBytes(bytes));
      })
      .catch((error: unknown) => this.giveUp(error));
  }

  #write(status: number, encoded: Encoded): void {
    const response = this.#response;
    response.writeHead(status, this.#rawHeaders(encoded.byteLength));
    // A short string goes out in one write with the headers.
    if (encoded.byteLength <= MAX_TEXT_BYTES) response.end(encoded.latin1, "latin1");
    else response.end(encoded.bytes);
  }

  #rawHeaders(byteLength: number): string[] {
    const { touchedHeader, touchedTrailer } = this.context;
    const length = String(byteLength);
    if (touchedHeader === undefined && touchedTrailer === undefined) {
      // In the order of a Headers object, which is that of the alphabet.
      return ["content-length", length, "content-type", this.#contentType, ...this.hooks.replyHeaders];
    }
    const headers = trailerMux(this.context.responseHeader, touchedTrailer ?? new Headers());
    headers.set("content-length", length);
    return [...headers].flat();
  }
}

/** Why the connection closed early; undefined, which aborts a signal with its default reason, when nothing tells. */
function hangUp(error: Error | null): ConnectError | undefined {
  if (error === null) return undefined;
  const code = "code" in error && error.code === "ECONNRESET" ? Code.Aborted : Code.Internal;
  return ConnectError.from(error, code);
}
