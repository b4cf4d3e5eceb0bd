const GET = "/skyport.product.v1.ProductService/GetProduct";

/** What a request of the corpus says beyond the usual. */
export interface RequestOptions {
  readonly path?: string;
  /** Lines with their ends, after the usual ones. */
  readonly headers?: string;
  /** Default: JSON with the program. */
  readonly body?: string | Buffer;
  /** Replaces the length of the body. An empty line: no length. */
  readonly length?: string;
  readonly type?: string;
  readonly requestId?: string;
}

/** A valid POST of JSON, with the words as the handler's program. The connection is kept unless a header says more. */
export function plainRequest(
  label: string,
  words: string,
  options: RequestOptions = {},
): { head: string; body: Buffer } {
  const { path = GET, headers = "", type = "application/json", requestId = `r-${label}` } = options;
  const body = Buffer.from(options.body ?? JSON.stringify({ id: `${label}.${words}` }));
  const length = options.length ?? `Content-Length: ${body.length}\r\n`;
  const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\n${length}X-Request-Id: ${requestId}\r\n${headers}\r\n`;
  return { head, body };
}

/** The whole of it as one piece. */
export function plainBytes(label: string, words: string, options: RequestOptions = {}): Buffer {
  const { head, body } = plainRequest(label, words, options);
  return Buffer.concat([Buffer.from(head, "latin1"), body]);
}

export const CLOSE = "Connection: close\r\n";

/** A request that any server answers, and that ends the connection. */
export const PROBE = `GET /healthz HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`;
