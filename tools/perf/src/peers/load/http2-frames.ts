/** The parts of HTTP/2 (RFC 9113) and HPACK (RFC 7541) that a client with one and the same request needs. */

export const FRAME_HEAD_BYTES = 9;
/** Where a frame's head has the number of its stream. */
export const STREAM_ID_AT = 5;
export const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

export const TYPE = { data: 0, headers: 1, resetStream: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 } as const;
export const FLAG = { ack: 1, endStream: 1, endHeaders: 4 } as const;

const SETTING_ENABLE_PUSH = 2;
const SETTING_INITIAL_WINDOW = 4;
const SETTING_BYTES = 6;

/** A frame: its head and its payload. */
export function frame(type: number, flags: number, streamId: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(FRAME_HEAD_BYTES + payload.byteLength);
  bytes.writeUIntBE(payload.byteLength, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(streamId, STREAM_ID_AT);
  bytes.set(payload, FRAME_HEAD_BYTES);
  return bytes;
}

/** A client's settings: no push, and this many bytes of each answer without asking. */
export function clientSettings(initialWindow: number): Buffer {
  const payload = Buffer.alloc(2 * SETTING_BYTES);
  payload.writeUInt16BE(SETTING_ENABLE_PUSH, 0);
  payload.writeUInt16BE(SETTING_INITIAL_WINDOW, SETTING_BYTES);
  payload.writeUInt32BE(initialWindow, SETTING_BYTES + 2);
  return frame(TYPE.settings, 0, 0, payload);
}

/** Lets the server send so many bytes more, over all streams. */
export function windowUpdate(bytes: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes, 0);
  return frame(TYPE.windowUpdate, 0, 0, payload);
}

const METHOD_POST = 0x83;
const SCHEME_HTTP = 0x86;
const NAME_AUTHORITY = 1;
const NAME_PATH = 4;
const NAME_CONTENT_TYPE = 31;
const LITERAL_INDEXED = 0x40;
const INDEXED = 0x80;
const FIRST_DYNAMIC = 62;
const SHORT = 0x7f;

function text(value: string): Buffer {
  if (value.length >= SHORT) throw new RangeError(`a header is too long for this client: ${value}`);
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value, "latin1")]);
}

function literal(nameIndex: number, value: string): Buffer {
  return Buffer.concat([Buffer.from([LITERAL_INDEXED | nameIndex]), text(value)]);
}

/** A request's header block, for the first request of a connection and for all later ones. */
export interface HeaderBlocks {
  /** Puts the headers into the server's table. */
  readonly first: Buffer;
  /** Names them by their places in it, as a client does that sends the same headers again. */
  readonly later: Buffer;
}

/** The headers of a gRPC request. */
export function grpcHeaders(path: string, authority: string): HeaderBlocks {
  const entries = [
    literal(NAME_PATH, path),
    literal(NAME_AUTHORITY, authority),
    literal(NAME_CONTENT_TYPE, "application/grpc+proto"),
    Buffer.concat([Buffer.from([LITERAL_INDEXED]), text("te"), text("trailers")]),
  ];
  const pseudo = Buffer.from([METHOD_POST, SCHEME_HTTP]);
  // The newest entry comes first in the table.
  const places = entries.map((_, index) => INDEXED | (FIRST_DYNAMIC + entries.length - 1 - index));
  return { first: Buffer.concat([pseudo, ...entries]), later: Buffer.concat([pseudo, Buffer.from(places)]) };
}
