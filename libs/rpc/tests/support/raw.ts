import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Everything that the server sends until it closes the connection, for bytes that are sent as they are. */
export async function rawExchange(port: number, ...writes: readonly (string | Uint8Array)[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  const closed = closeOf(socket);
  for (const data of writes) socket.write(data);
  await closed;
  return Buffer.concat(chunks).toString("latin1");
}

/** A connection, open and read: `text()` is what came so far, `until` waits for more. */
export async function openRaw(port: number): Promise<{
  socket: Socket;
  text: () => string;
  until: (part: string) => Promise<string>;
  closed: Promise<void>;
}> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  const closed = closeOf(socket);
  await once(socket, "connect");
  return {
    socket,
    text: () => text,
    async until(part) {
      while (!text.includes(part)) {
        if (socket.closed) throw new Error(`closed after: ${text}`);
        await Promise.race([once(socket, "data"), closed]);
      }
      return text;
    },
    closed,
  };
}

/** The status code of each response in what a connection received. */
export function statuses(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}

/** Resolves when a stream has closed, with or without an error. */
export function closeOf(stream: { on(event: "close" | "error", listener: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => {
    stream.on("error", () => undefined);
    stream.on("close", resolve);
  });
}
