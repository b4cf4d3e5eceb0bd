/** An HTTP/1.1 answer at the start of a buffer. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
  /** How many bytes of the buffer it takes. */
  readonly size: number;
}

const HEAD_END = "\r\n\r\n";
const LINE_END = "\r\n";
const STATUS_AT = "HTTP/1.1 ".length;
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;

/**
 * Reads the answer that a buffer begins with, by its length or in chunks.
 *
 * @returns undefined while it is not there as a whole
 * @throws Error when it is neither
 */
export function readHttpAnswer(buffer: Buffer): HttpAnswer | undefined {
  const headEnd = buffer.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = buffer.toString("latin1", 0, headEnd);
  const status = Number(head.slice(STATUS_AT, STATUS_AT + 3));
  const from = headEnd + HEAD_END.length;
  const length = LENGTH.exec(head)?.[1];
  if (length !== undefined) {
    const size = from + Number(length);
    return buffer.length < size ? undefined : { status, body: buffer.subarray(from, size), size };
  }
  if (!CHUNKED.test(head)) throw new Error("an answer has neither a length nor chunks");
  return readChunks(buffer, from, status);
}

function readChunks(buffer: Buffer, from: number, status: number): HttpAnswer | undefined {
  const chunks: Buffer[] = [];
  let at = from;
  for (;;) {
    const lineEnd = buffer.indexOf(LINE_END, at);
    if (lineEnd < 0) return undefined;
    const length = Number.parseInt(buffer.toString("latin1", at, lineEnd), 16);
    const start = lineEnd + LINE_END.length;
    at = start + length + LINE_END.length;
    if (buffer.length < at) return undefined;
    if (length === 0)
      return { status, body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks), size: at };
    chunks.push(buffer.subarray(start, start + length));
  }
}

/** A request as it goes over the wire. */
export function httpRequest(method: "GET" | "POST", path: string, contentType: string, body: Uint8Array): Buffer {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "host: 127.0.0.1",
    "user-agent: skyport-perf",
    "accept: */*",
    ...(method === "GET"
      ? []
      : [`content-type: ${contentType}`, "connect-protocol-version: 1", `content-length: ${body.byteLength}`]),
  ];
  return Buffer.concat([Buffer.from(lines.join(LINE_END) + HEAD_END, "latin1"), body]);
}
