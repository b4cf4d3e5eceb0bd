import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";

/** What came over one connection. */
export interface Wire {
  /** Every byte that the server sent, as latin1. */
  readonly text: string;
  /** How the server ended it: `open` when it did not, in time. */
  readonly end: "closed" | "open";
}

/** A connection of which each byte is the script's own. */
export interface Conversation {
  readonly socket: Socket;
  /** Writes as one packet, where the system lets it. */
  readonly write: (bytes: string | Uint8Array) => Promise<void>;
  /** What came so far. */
  readonly text: () => string;
  /** Waits until `done` holds for what came, or the connection is closed. */
  readonly until: (done: (text: string) => boolean) => Promise<void>;
}

export type Script = (conversation: Conversation) => Promise<void>;

/** How long a conversation may last, in milliseconds. */
const PATIENCE_MS = 15_000;

/** Runs a script on a new connection, and waits until the server closes that. */
export async function converse(port: number, script: Script): Promise<Wire> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });

  const chunks: Buffer[] = [];
  let over = false;
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  const finish = (): void => {
    over = true;
    close();
  };
  // A reset may overtake the end of what came before: which of the two is seen is the system's affair.
  socket
    .on("data", (chunk) => chunks.push(chunk))
    .on("error", () => undefined)
    .on("end", finish)
    .on("close", finish);
  const text = (): string => Buffer.concat(chunks).toString("latin1");
  await Promise.race([once(socket, "connect").catch(() => undefined), closed]);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  const conversation: Conversation = {
    socket,
    text,
    async write(bytes) {
      if (over || !socket.writable) return;
      socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
      await turn();
    },
    async until(done) {
      while (!over && !done(text())) await Promise.race([once(socket, "data").catch(() => undefined), closed]);
    },
  };
  // A script may wait for what never comes.
  const run = script(conversation).catch((error: unknown) => {
    if (!over) throw error;
  });
  await Promise.race([run, late]);
  await Promise.race([closed, late]);
  clearTimeout(timer);
  const wire: Wire = { text: text(), end: over ? "closed" : "open" };
  socket.destroy();
  return wire;
}

/**
 * Whether at least `count` responses are here, each with all of its body; those to HEAD have none. Interim ones (1xx) do
 * not count.
 */
export function hasResponses(text: string, count: number, toHead = false): boolean {
  let at = 0;
  for (let left = count; left > 0; ) {
    const end = text.indexOf("\r\n\r\n", at);
    if (end < 0) return false;
    const head = text.slice(at, end);
    at = end + 4;
    if (/^HTTP\/1\.1 1\d\d/.test(head)) continue;
    left--;
    if (toHead) continue;
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length !== undefined) at += Number(length);
    else if (/\r\ntransfer-encoding: chunked/i.test(head)) {
      const last = /(?:^|\r\n)0\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(text.slice(at));
      if (last === null) return false;
      at += last.index + last[0].length;
    }
    if (text.length < at) return false;
  }
  return true;
}
