import type { Socket } from "node:net";

/** The first bytes of every HTTP/2 connection with prior knowledge (RFC 9113, section 3.4). No HTTP/1.1 method begins so. */
const HTTP2_PREFACE = Buffer.from("PRI ");

/**
 * Tells by the first bytes of a connection which HTTP version the caller speaks, and puts the bytes back. `chosen` is
 * never called for a connection that sends too little in `timeoutMs`, fails or closes: it is destroyed.
 */
export function sniff(socket: Socket, timeoutMs: number, chosen: (version: 1 | 2) => void): void {
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  const settle = (): void => {
    clearTimeout(timer);
    socket.off("readable", onReadable).off("close", settle);
  };
  let read: Buffer = Buffer.alloc(0);
  const onReadable = (): void => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    read = read.length === 0 ? chunk : Buffer.concat([read, chunk]);
    const known = Math.min(read.length, HTTP2_PREFACE.length);
    const preface = HTTP2_PREFACE.compare(read, 0, known, 0, known) === 0;
    if (preface && known < HTTP2_PREFACE.length) return;
    settle();
    // Only now: bytes that are put back make the socket readable at once.
    socket.unshift(read);
    chosen(preface ? 2 : 1);
  };
  // Whoever takes the connection over listens for errors itself; before and after that there is nothing to do about one.
  socket.on("error", () => undefined);
  socket.on("close", settle);
  socket.on("readable", onReadable);
}
