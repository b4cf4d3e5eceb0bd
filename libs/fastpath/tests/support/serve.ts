import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { connect } from "node:net";

export interface Served extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
}

/** A server on a free port of this machine. */
export async function serve(listener: RequestListener): Promise<Served> {
  return listen(createServer(listener));
}

/** The same for HTTP/2 without TLS. */
export async function serveHttp2(listener: Parameters<typeof createHttp2Server>[1]): Promise<Served> {
  return listen(createHttp2Server({}, listener));
}

interface Listening {
  listen(port: number, host: string, listening: () => void): unknown;
  address(): unknown;
  close(closed: () => void): unknown;
}

async function listen(server: Listening): Promise<Served> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = Number(Reflect.get(Object(server.address()), "port"));
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      if ("closeAllConnections" in server && typeof server.closeAllConnections === "function") {
        server.closeAllConnections();
      }
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
}

/** What a server sends, until it closes the connection, for bytes that are sent as they are; without the date. */
export async function exchange(port: number, sent: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  socket.on("error", () => undefined);
  socket.write(sent, "latin1");
  await once(socket, "close");
  return text.replace(/^Date: .*\r\n/gim, "");
}
