import { Code } from "@connectrpc/connect";
import { frame } from "./odd-peer.ts";
import { h2Frame, type Script } from "./raw-peer.ts";

/** What a peer does, and with which code a call ends by that; undefined: it succeeds. */
export type BreakCase = readonly [name: string, script: Script, code: Code | undefined];

const END_STREAM = 1;
const END_HEADERS = 4;

/** A header that is no more than itself (RFC 7541, section 6.2.2), with a new name. */
function literal(name: string, value: string): Buffer {
  const text = (of: string) => Buffer.concat([Buffer.from([of.length]), Buffer.from(of)]);
  return Buffer.concat([Buffer.from([0]), text(name), text(value)]);
}

const STATUS_200 = Buffer.from([0x88]);
const TYPE = literal("content-type", "application/grpc+proto");
const HEADERS = h2Frame(1, END_HEADERS, 1, Buffer.concat([STATUS_200, TYPE]));
const MESSAGE = h2Frame(0, 0, 1, frame());
const status = (code: number) => literal("grpc-status", String(code));
const TRAILERS = h2Frame(1, END_HEADERS | END_STREAM, 1, status(0));
const REFUSED_AT_ONCE = h2Frame(1, END_HEADERS | END_STREAM, 1, Buffer.concat([STATUS_200, TYPE, status(5)]));

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
export const reset = (code: number): Buffer => h2Frame(3, 0, 1, word(code));
const goaway = (lastStream: number, code: number): Buffer =>
  h2Frame(7, 0, 0, Buffer.concat([word(lastStream), word(code)]));

/** Codes of resets (RFC 9113, section 7). */
const RESETS: readonly (readonly [name: string, number: number, code: Code])[] = [
  ["NO_ERROR", 0, Code.Internal],
  ["PROTOCOL_ERROR", 1, Code.Internal],
  ["INTERNAL_ERROR", 2, Code.Internal],
  ["FLOW_CONTROL_ERROR", 3, Code.Internal],
  ["STREAM_CLOSED", 5, Code.Internal],
  ["REFUSED_STREAM", 7, Code.Internal],
  ["CANCEL", 8, Code.Canceled],
  ["ENHANCE_YOUR_CALM", 11, Code.Internal],
  ["HTTP_1_1_REQUIRED", 13, Code.Internal],
  ["a code that there is not", 77, Code.Internal],
];

export const ODD_BREAKS: readonly BreakCase[] = [
  ["a good answer", [HEADERS, MESSAGE, TRAILERS], undefined],
  ...RESETS.flatMap(([name, number, code]): BreakCase[] => [
    // Connect's client never learns of a NO_ERROR that comes before the headers; a test of its own tells what ours does.
    ...(number === 0 ? [] : [[`a reset by ${name}`, [reset(number)], code] as const]),
    [`headers, then a reset by ${name}`, [HEADERS, reset(number)], code],
    [`a message, then a reset by ${name}`, [HEADERS, MESSAGE, reset(number)], code],
    [`a good answer, then a reset by ${name}`, [HEADERS, MESSAGE, TRAILERS, reset(number)], undefined],
    [`an error in the headers, then a reset by ${name}`, [REFUSED_AT_ONCE, reset(number)], Code.NotFound],
  ]),
  ["GOAWAY", [goaway(0, 0)], Code.Internal],
  ["GOAWAY and the end", [goaway(0, 0), "end"], Code.Internal],
  ["GOAWAY that takes this call, then a good answer", [goaway(1, 0), HEADERS, MESSAGE, TRAILERS], undefined],
  ["GOAWAY that takes this call, and the end", [goaway(1, 0), "end"], Code.Canceled],
  ["GOAWAY by an error", [goaway(1, 2), HEADERS, MESSAGE, TRAILERS], Code.Internal],
  ["GOAWAY by calm", [goaway(1, 11)], Code.Internal],
  ["the end", ["end"], Code.Canceled],
  ["the reset of the connection", ["reset"], Code.Aborted],
  ["headers and the end", [HEADERS, "end"], Code.Canceled],
  ["a message and the end", [HEADERS, MESSAGE, "end"], Code.Canceled],
  ["a good answer and the end", [HEADERS, MESSAGE, TRAILERS, "end"], undefined],
  [
    "headers that cannot be read",
    [h2Frame(1, END_HEADERS, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))],
    Code.Internal,
  ],
  [
    "headers of HTTP/1.1",
    [h2Frame(1, END_HEADERS, 1, Buffer.concat([STATUS_200, literal("connection", "close")]))],
    Code.Internal,
  ],
  ["no status", [h2Frame(1, END_HEADERS, 1, TYPE)], Code.Internal],
  ["a message before the headers", [MESSAGE, HEADERS, TRAILERS], Code.Internal],
  ["a frame for no stream", [h2Frame(0, 0, 0, frame())], Code.Internal],
  ["a frame for another stream", [h2Frame(0, 0, 7, frame())], Code.Internal],
  ["a frame above the limit", [h2Frame(0, 0, 1, Buffer.alloc(20_000))], Code.Internal],
  ["another protocol", [Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")], Code.Internal],
];

/** What a peer may send before it has read the request. */
export const EARLY_ANSWERS: readonly BreakCase[] = [
  ["a good answer and a reset by NO_ERROR", [HEADERS, MESSAGE, TRAILERS, reset(0)], undefined],
  ["a good answer and a reset by CANCEL", [HEADERS, MESSAGE, TRAILERS, reset(8)], undefined],
  ["a good answer and a reset by CANCEL at once", [Buffer.concat([HEADERS, MESSAGE, TRAILERS, reset(8)])], undefined],
  ["an error and a reset by CANCEL at once", [Buffer.concat([REFUSED_AT_ONCE, reset(8)])], Code.NotFound],
  ["an error and a reset by NO_ERROR", [REFUSED_AT_ONCE, reset(0)], Code.NotFound],
  ["an error and a reset by CANCEL", [REFUSED_AT_ONCE, reset(8)], Code.NotFound],
  ["a reset by CANCEL", [reset(8)], Code.Canceled],
];
