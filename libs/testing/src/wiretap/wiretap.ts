import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { Conversation, type Execution } from "./conversation.ts";
import { frames } from "./frames.ts";

/** A way to PostgreSQL that tells what passes. */
export interface Wiretap extends AsyncDisposable {
  /** The database's address through the tap. */
  readonly url: string;
  /**
   * The statements that were executed since `clear`, BEGIN, COMMIT and settings included, by round trips: each list was sent
   * before the first of it was answered.
   */
  readonly trips: readonly (readonly Execution[])[];
  /** The same without the round trips. */
  readonly executions: readonly Execution[];
  clear(): void;
}

/**
 * How much later each answer arrives, in milliseconds: long enough for a client to send all that it sends together, however
 * fast the server is.
 */
const DELAY_MS = 3;

/** Puts a tap in front of the server of `databaseUrl`. What passes is not encrypted. */
export async function createWiretap(databaseUrl: string): Promise<Wiretap> {
  const trips: (readonly Execution[])[] = [];
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const conversation = new Conversation((trip) => trips.push(trip));
    for (const socket of [client, upstream]) {
      sockets.add(socket.setNoDelay());
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    const fromClient = frames(true, (type, body) => conversation.sent(type, body));
    const fromServer = frames(false, (type) => conversation.answered(type));
    client.on("data", (chunk: Buffer) => {
      fromClient(chunk);
      upstream.write(chunk);
    });
    client.on("end", () => upstream.end());
    upstream.on("data", (chunk: Buffer) => {
      setTimeout(() => {
        fromServer(chunk);
        client.write(chunk);
      }, DELAY_MS);
    });
    upstream.on("end", () => setTimeout(() => client.end(), DELAY_MS));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the tap did not get a TCP port");
  const url = new URL(databaseUrl);
  url.port = String(address.port);
  url.searchParams.set("sslmode", "disable");
  return {
    url: url.href,
    trips,
    get executions() {
      return trips.flat();
    },
    clear: () => {
      trips.length = 0;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
