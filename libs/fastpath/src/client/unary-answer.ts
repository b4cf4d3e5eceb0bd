import type { IncomingHttpHeaders } from "node:http2";
import type { DescMessage, DescMethodUnary, DescService, MessageShape } from "@bufbuild/protobuf";
import type { UnaryResponse } from "@connectrpc/connect";
import { webHeaders } from "./web-headers.ts";

/** An answer. Its headers and trailers are made when somebody asks for them: hardly anyone does. */
export class UnaryAnswer<I extends DescMessage, O extends DescMessage> implements UnaryResponse<I, O> {
  readonly stream = false;
  readonly method: DescMethodUnary<I, O>;
  readonly message: MessageShape<O>;
  readonly #headers: IncomingHttpHeaders;
  readonly #trailers: IncomingHttpHeaders;
  #header: Headers | undefined;
  #trailer: Headers | undefined;

  constructor(
    method: DescMethodUnary<I, O>,
    message: MessageShape<O>,
    headers: IncomingHttpHeaders,
    trailers: IncomingHttpHeaders,
  ) {
    this.method = method;
    this.message = message;
    this.#headers = headers;
    this.#trailers = trailers;
  }

  get service(): DescService {
    return this.method.parent;
  }

  get header(): Headers {
    this.#header ??= webHeaders(this.#headers);
    return this.#header;
  }

  get trailer(): Headers {
    this.#trailer ??= webHeaders(this.#trailers);
    return this.#trailer;
  }
}
