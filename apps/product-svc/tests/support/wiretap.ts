import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A way to PostgreSQL that tells which statements pass. */
export interface Wiretap extends AsyncDisposable {
  /** The database's address through the tap. */
  readonly url: string;
  /** The text of each statement that was run since `clear`, in order; BEGIN, COMMIT and settings included. */
  readonly statements: readonly string[];
  clear(): void;
}

const UNTYPED_UNTIL = 3 << 16;

/** Puts a tap in front of the server of `databaseUrl`. Reads the frontend's half of the protocol, unencrypted. */
export async function createWiretap(databaseUrl: string): Promise<Wiretap> {
  const statements: string[] = [];
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const reader = frontendReader((text) => statements.push(text));
    for (const socket of [client, upstream]) {
      sockets.add(socket.setNoDelay());
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    client.on("data", reader);
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the tap did not get a TCP port");
  const url = new URL(databaseUrl);
  url.port = String(address.port);
  return {
    url: url.href,
    statements,
    clear: () => {
      statements.length = 0;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Calls back for each simple query, and for each execution of a prepared statement with that statement's text. */
function frontendReader(onStatement: (text: string) => void): (chunk: Buffer) => void {
  const prepared = new Map<string, string>();
  let bound = "";
  let started = false;
  let buffered = Buffer.alloc(0);
  const handle = (type: string, body: Buffer): void => {
    const [first = "", second = ""] = body.toString("utf8").split("\0", 2);
    if (type === "Q") onStatement(first);
    else if (type === "P") prepared.set(first, second);
    else if (type === "B") bound = prepared.get(second) ?? "";
    else if (type === "E") onStatement(bound);
  };
  return (chunk) => {
    buffered = Buffer.concat([buffered, chunk]);
    for (;;) {
      const head = started ? 1 : 0;
      if (buffered.length < head + 4) return;
      const size = head + buffered.readInt32BE(head);
      if (buffered.length < size) return;
      if (started) handle(buffered.toString("latin1", 0, 1), buffered.subarray(5, size));
      else started = buffered.readInt32BE(4) === UNTYPED_UNTIL;
      buffered = buffered.subarray(size);
    }
  };
}
