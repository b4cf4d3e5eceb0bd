import { createServer, type Socket } from "node:net";
import { type Listening, listening } from "./listening.ts";

/** A frame of HTTP/2 (RFC 9113, section 4.1). */
export function h2Frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUIntBE(payload.byteLength, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** What a peer sends for a call, which is the first of its connection, and what it does to the connection then. */
export type Script = readonly (Buffer | "end" | "reset")[];

/** Bytes of a client before its first frame, and of a frame's head. */
const [PREFACE, HEAD] = [24, 9];
const [DATA, SETTINGS] = [0, 4];
const END_STREAM = 1;

/**
 * A server that answers a call with bytes made by hand, which `node:http2` would not send: when the request is here, or with
 * the first of it (`isEarly`), of which it then reads no more than a stream's window has room for.
 */
export function startRawPeer(script: Script, isEarly = false): Promise<Listening> {
  const server = createServer((socket) => {
    socket.write(h2Frame(SETTINGS, 0, 0));
    let bytes = Buffer.alloc(0);
    let read = PREFACE;
    let isAnswered = false;
    socket.on("data", (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.byteLength >= read + HEAD) {
        const [type, flags] = [bytes.readUInt8(read + 3), bytes.readUInt8(read + 4)];
        read += HEAD + bytes.readUIntBE(read, 3);
        if (isAnswered || type !== DATA || ((flags & END_STREAM) === 0 && !isEarly)) continue;
        isAnswered = true;
        play(socket, script);
      }
    });
  });
  return listening(server);
}

function play(socket: Socket, script: Script): void {
  for (const part of script) {
    if (part === "end") socket.end();
    else if (part === "reset") socket.resetAndDestroy();
    else socket.write(part);
  }
}
