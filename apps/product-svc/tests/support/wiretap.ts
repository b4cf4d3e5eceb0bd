import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** One execution of a statement: its text, and its parameters as they were sent, in text form. */
export interface Execution {
  readonly text: string;
  readonly parameters: readonly (string | null)[];
}

/** A way to PostgreSQL that tells which statements pass. */
export interface Wiretap extends AsyncDisposable {
  /** The database's address through the tap. */
  readonly url: string;
  /** What was run since `clear`, in order; BEGIN, COMMIT and settings included. */
  readonly executions: readonly Execution[];
  clear(): void;
}

const UNTYPED_UNTIL = 3 << 16;

/** Puts a tap in front of the server of `databaseUrl`. Reads the frontend's half of the protocol, unencrypted. */
export async function createWiretap(databaseUrl: string): Promise<Wiretap> {
  const executions: Execution[] = [];
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const reader = frontendReader((execution) => executions.push(execution));
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
    executions,
    clear: () => {
      executions.length = 0;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Calls back for each simple query, and for each execution of a prepared statement. */
function frontendReader(onExecution: (execution: Execution) => void): (chunk: Buffer) => void {
  const prepared = new Map<string, string>();
  let bound: Execution = { text: "", parameters: [] };
  let started = false;
  let buffered = Buffer.alloc(0);
  const handle = (type: string, body: Buffer): void => {
    const [first = "", second = ""] = body.toString("utf8").split("\0", 2);
    if (type === "Q") onExecution({ text: first, parameters: [] });
    else if (type === "P") prepared.set(first, second);
    else if (type === "B") bound = { text: prepared.get(second) ?? "", parameters: boundParameters(body) };
    else if (type === "E") onExecution(bound);
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

/** The values in a Bind message: two names, the formats, then each value after its length. */
function boundParameters(body: Buffer): (string | null)[] {
  let at = body.indexOf(0, body.indexOf(0) + 1) + 1;
  at += 2 + 2 * body.readInt16BE(at);
  const count = body.readInt16BE(at);
  at += 2;
  return Array.from({ length: count }, () => {
    const length = body.readInt32BE(at);
    const value = length < 0 ? null : body.toString("utf8", at + 4, at + 4 + length);
    at += 4 + Math.max(0, length);
    return value;
  });
}
