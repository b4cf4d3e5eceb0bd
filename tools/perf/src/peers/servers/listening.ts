import { once } from "node:events";
import type { Server } from "node:net";

/** What a peer tells its parent once it takes requests. */
export interface Listening {
  readonly kind: "listening";
  readonly port: number;
}

/** Listens on a free port of 127.0.0.1. @returns the port */
export async function listenAnywhere(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server did not get a TCP port");
  return address.port;
}
