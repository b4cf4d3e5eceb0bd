import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { frames } from "./frames.ts";

/** A way to PostgreSQL that tells what passes. */
export interface Wiretap extends AsyncDisposable {
  /** The database's address through the tap. */
  readonly url: string;
  /**
   * The statements that were executed since `clear`, BEGIN and COMMIT included, by round trips: each list was sent before
   * the first of it was answered.
   */
  readonly trips: readonly (readonly string[])[];
  clear(): void;
}

/**
 * How much later each answer arrives, in milliseconds: long enough for a client to send all that it sends together, however
 * fast the server is.
 */
const DELAY_MS = 3;

/** Puts a tap in front of the server of `databaseUrl`. What passes is not encrypted. */
export async function createWiretap(databaseUrl: string): Promise<Wiretap> {
  const trips: string[][] = [];
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const conversation = new Conversation(trips);
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

/** One connection's statements, and which of them wait for their answers. */
class Conversation {
  readonly #trips: string[][];
  readonly #prepared = new Map<string, string>();
  #bound = "";
  #trip: string[] = [];
  #unanswered = 0;

  constructor(trips: string[][]) {
    this.#trips = trips;
  }

  sent(type: string, body: Buffer): void {
    const [first = "", second = ""] = body.toString("utf8").split("\0", 2);
    if (type === "P") this.#prepared.set(first, second);
    else if (type === "B") this.#bound = this.#prepared.get(second) ?? "";
    else if (type === "E") this.#execute(this.#bound);
    else if (type === "Q") this.#execute(first);
    // Each of these two is answered by one ReadyForQuery.
    if (type === "Q" || type === "S") this.#unanswered += 1;
  }

  /** A server that greets a new connection says that it is ready without having been asked. */
  answered(type: string): void {
    if (type === "Z") this.#unanswered = Math.max(0, this.#unanswered - 1);
  }

  #execute(text: string): void {
    if (this.#unanswered === 0) {
      this.#trip = [];
      this.#trips.push(this.#trip);
    }
    this.#trip.push(text);
  }
}
