import type { RequestCase } from "./request-case.ts";

/** Chunks, or a length, and the body. Odd ones say what is not so. */
export function frameBody(framing: RequestCase["framing"], body: Buffer): { header: string; body: Buffer } {
  const length = (value: string | number): string => `Content-Length: ${value}\r\n`;
  const chunked = "Transfer-Encoding: chunked\r\n";
  const chunk = (bytes: Buffer, extension = ""): Buffer =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}${extension}\r\n`), bytes, Buffer.from("\r\n")]);
  const chunks = (size: number, extension = ""): Buffer[] => {
    const all: Buffer[] = [];
    for (let at = 0; at < body.length; at += size) all.push(chunk(body.subarray(at, at + size), extension));
    return all;
  };
  const end = Buffer.from("0\r\n\r\n");
  switch (framing) {
    case "length":
      return { header: length(body.length), body };
    case "chunked":
      return { header: chunked, body: Buffer.concat([...chunks(100_000), end]) };
    case "chunkedUpper":
      return { header: "TRANSFER-ENCODING: Chunked\r\n", body: Buffer.concat([...chunks(100_000), end]) };
    case "smallChunks":
      return { header: chunked, body: Buffer.concat([...chunks(Math.max(3, body.length >> 5)), end]) };
    case "chunkTrailers":
      return {
        header: `${chunked}Trailer: X-After\r\n`,
        body: Buffer.concat([...chunks(100_000), Buffer.from("0\r\nX-After: 1\r\n\r\n")]),
      };
    case "chunkExtension":
      return { header: chunked, body: Buffer.concat([...chunks(100_000, ";a=b"), end]) };
    case "padded":
      return { header: length(`000${body.length}`), body };
    case "plus":
      return { header: length(`+${body.length}`), body };
    case "hex":
      return { header: length(`0x${body.length.toString(16)}`), body };
    case "sameLengths":
      return { header: length(body.length) + length(body.length), body };
    case "twoLengths":
      return { header: length(body.length) + length(body.length + 1), body };
    case "both":
      return { header: length(body.length) + chunked, body: Buffer.concat([...chunks(100_000), end]) };
    case "none":
      return { header: "", body };
    case "short":
      return { header: length(Math.max(0, body.length - 1)), body };
    case "long":
      return { header: length(body.length + 1), body };
    case "huge":
      return { header: length("9999999999999"), body };
    case "negative":
      return { header: length(-1), body };
    case "brokenChunk":
      return { header: chunked, body: Buffer.concat([...chunks(100_000), Buffer.from("zz\r\n")]) };
    case "endlessChunk":
      return { header: chunked, body: Buffer.concat(chunks(100_000)) };
    case "unknownCoding":
      return { header: "Transfer-Encoding: odd\r\n", body };
  }
}

/** Framings of which the end never comes by itself: the caller has to give up. */
export const UNENDED: ReadonlySet<RequestCase["framing"]> = new Set(["long", "huge", "endlessChunk"]);
