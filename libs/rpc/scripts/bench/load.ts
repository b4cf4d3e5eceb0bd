import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A client that can say the same thing as fast as it is answered, on some connections, without a pipeline. */
export interface Load {
  /** Answers until `ms` have passed. */
  run(ms: number): Promise<number>;
  close(): void;
}

/**
 * Opens the connections and asks once on each to learn how long an answer is: all answers have that length, so that counting
 * bytes tells them apart and the client costs less than any server. Throws when the first answer is not 200.
 */
export async function openLoad(port: number, head: string, body: Buffer, connections: number): Promise<Load> {
  const request = Buffer.concat([Buffer.from(`${head}content-length: ${body.length}\r\n\r\n`), body]);
  const sockets: Socket[] = [];
  for (let i = 0; i < connections; i++) {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    sockets.push(socket);
  }
  // Each connection is used at once: one that says nothing is closed before its turn comes.
  let length = 0;
  for (const socket of sockets) length = await answerLength(socket, request);

  return {
    async run(ms) {
      let answers = 0;
      let over = false;
      const rounds = sockets.map(
        (socket) =>
          new Promise<void>((resolve, reject) => {
            const onClose = (): void => reject(new Error("the server has closed a connection"));
            let missing = length;
            const onData = (chunk: Buffer): void => {
              missing -= chunk.length;
              if (missing > 0) return;
              missing += length;
              answers++;
              if (!over) socket.write(request);
              else {
                socket.off("data", onData).off("close", onClose);
                resolve();
              }
            };
            socket.on("data", onData).on("close", onClose);
            if (socket.destroyed) onClose();
            socket.write(request);
          }),
      );
      const timer = setTimeout(() => {
        over = true;
      }, ms);
      await Promise.all(rounds);
      clearTimeout(timer);
      return answers;
    },
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function answerLength(socket: Socket, request: Buffer): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let text = "";
  const onData = (chunk: Buffer): void => {
    text += chunk.toString("latin1");
    const headers = text.indexOf("\r\n\r\n");
    if (headers < 0) return;
    const declared = /content-length: (\d+)/i.exec(text);
    if (!text.startsWith("HTTP/1.1 200") || declared === null) reject(new Error(`the server says: ${text}`));
    const whole = headers + 4 + Number(declared?.[1]);
    if (text.length >= whole) resolve(whole);
  };
  socket.on("data", onData);
  socket.write(request);
  try {
    return await promise;
  } finally {
    socket.off("data", onData);
  }
}
