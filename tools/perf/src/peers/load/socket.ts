import { connect, type Socket } from "node:net";

const READ_BYTES = 64 * 1024;

/** Takes what is there, and gives how many bytes of it are done with: the rest comes again, with more behind it. */
export type Consumer = (bytes: Buffer) => number;

/**
 * A connection that reads into one buffer of its own: a stream would allocate for each piece. What is consumed must be used
 * before the consumer returns.
 */
export async function openSocket(port: number, consume: Consumer, onEnd: (why: string) => void): Promise<Socket> {
  let rest = Buffer.alloc(0);
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({
    port,
    host: "127.0.0.1",
    noDelay: true,
    onread: {
      buffer: Buffer.alloc(READ_BYTES),
      callback(size, buffer) {
        const fresh = Buffer.from(buffer.buffer, buffer.byteOffset, size);
        const bytes = rest.length === 0 ? fresh : Buffer.concat([rest, fresh]);
        const used = consume(bytes);
        rest = used === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(used));
        return true;
      },
    },
  });
  socket.once("connect", () => resolve(socket));
  socket.once("error", (error) => {
    reject(error);
    onEnd(error.message);
  });
  socket.once("close", () => onEnd("the server closed the connection"));
  return promise;
}
