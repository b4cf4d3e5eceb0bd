import { once } from "node:events";
import { connect } from "node:net";

/** An answer of Redis; an error is thrown instead. */
export type Reply = string | number | null | readonly Reply[];

const CRLF = "\r\n";

/** The reply that begins at `at`, and where the next one would; undefined while it has not arrived as a whole. */
function parse(text: string, at: number): { readonly reply: Reply | Error; readonly next: number } | undefined {
  const end = text.indexOf(CRLF, at);
  if (end < 0) return undefined;
  const rest = text.slice(at + 1, end);
  const next = end + CRLF.length;
  switch (text[at]) {
    case "+":
      return { reply: rest, next };
    case "-":
      return { reply: new Error(rest), next };
    case ":":
      return { reply: Number(rest), next };
    case "$": {
      const length = Number(rest);
      if (length < 0) return { reply: null, next };
      const after = next + length + CRLF.length;
      return text.length < after ? undefined : { reply: text.slice(next, next + length), next: after };
    }
    case "*": {
      const items: Reply[] = [];
      let from = next;
      for (let left = Number(rest); left > 0; left--) {
        const item = parse(text, from);
        if (item === undefined) return undefined;
        if (item.reply instanceof Error) return item;
        items.push(item.reply);
        from = item.next;
      }
      return { reply: items, next: from };
    }
    default:
      throw new Error("Redis answered in a protocol that is not known");
  }
}

/**
 * Sends one command on a connection of its own. The run breaks servers on purpose, so it uses no driver, which would
 * want to mend them.
 *
 * @throws Error with the server's message, or when there is no answer within `withinMs`
 */
export async function redisCommand(port: number, args: readonly string[], withinMs = 2_000): Promise<Reply> {
  const socket = connect(port, "127.0.0.1").setEncoding("latin1");
  const signal = AbortSignal.timeout(withinMs);
  try {
    const words = args.map((word) => `$${Buffer.byteLength(word)}${CRLF}${word}${CRLF}`);
    socket.write(`*${args.length}${CRLF}${words.join("")}`);
    let text = "";
    for (;;) {
      text += String((await once(socket, "data", { signal }))[0]);
      const parsed = parse(text, 0);
      if (parsed === undefined) continue;
      if (parsed.reply instanceof Error) throw parsed.reply;
      return parsed.reply;
    }
  } finally {
    socket.on("error", () => undefined).destroy();
  }
}

/** One field of INFO, such as `used_memory`. */
export async function redisInfo(port: number, field: string): Promise<string | undefined> {
  const lines = String(await redisCommand(port, ["INFO", "everything"])).split(CRLF);
  return lines.find((line) => line.startsWith(`${field}:`))?.slice(field.length + 1);
}
