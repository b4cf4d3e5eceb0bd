import type { Readable } from "node:stream";
import { Code, ConnectError } from "@connectrpc/connect";

/** Where a body goes. One of the two is called, once, unless the stream breaks off. */
export interface BodySink {
  body(bytes: Uint8Array): void;
  bodyFailed(error: ConnectError): void;
}

const EMPTY = new Uint8Array(0);

/**
 * Collects a body of at most `maxBytes`. `length` is the declared one (-1: none); a body of that length is handed over
 * as soon as its last byte is here. What comes after a body that is too large is thrown away.
 */
export function readBody(stream: Readable, length: number, maxBytes: number, sink: BodySink): void {
  if (length > maxBytes) {
    sink.bodyFailed(tooLarge(maxBytes, length));
    return;
  }
  let first: Uint8Array | undefined;
  let more: Uint8Array[] | undefined;
  let count = 0;
  let over = false;
  const deliver = (): void => {
    if (over) return;
    over = true;
    sink.body(more === undefined ? (first ?? EMPTY) : Buffer.concat(more, count));
  };
  stream.on("data", (chunk: Uint8Array) => {
    if (over) return;
    count += chunk.byteLength;
    if (count > maxBytes) {
      over = true;
      sink.bodyFailed(tooLarge(maxBytes));
      return;
    }
    if (first === undefined) first = chunk;
    else if (more === undefined) more = [first, chunk];
    else more.push(chunk);
    if (count === length) deliver();
  });
  if (length <= 0) stream.on("end", deliver);
}

/** The error of a message above the limit; `bytes` where its size is known beforehand. */
export function tooLarge(maxBytes: number, bytes?: number): ConnectError {
  const size = bytes === undefined ? "message size" : `message size ${bytes}`;
  return new ConnectError(`${size} is larger than configured readMaxBytes ${maxBytes}`, Code.ResourceExhausted);
}
