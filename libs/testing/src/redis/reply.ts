/** An answer of Redis, in the forms of its protocol's second version. */
export type RedisReply = string | number | null | readonly RedisReply[];

const LINE_END = "\r\n";

interface Parsed {
  readonly reply: RedisReply | Error;
  /** Where the next answer begins. */
  readonly next: number;
}

/** The answer that begins at `from`; undefined while it is not there as a whole. An error answer is given, not thrown. */
export function parseReply(text: string, from = 0): Parsed | undefined {
  const end = text.indexOf(LINE_END, from);
  if (end < 0) return undefined;
  const line = text.slice(from + 1, end);
  const next = end + LINE_END.length;
  switch (text[from]) {
    case "+":
      return { reply: line, next };
    case "-":
      return { reply: new Error(line), next };
    case ":":
      return { reply: Number(line), next };
    case "$":
      return bulk(text, Number(line), next);
    case "*":
      return array(text, Number(line), next);
    default:
      throw new Error(`not an answer of Redis: ${text.slice(from, from + 40)}`);
  }
}

function bulk(text: string, length: number, from: number): Parsed | undefined {
  if (length < 0) return { reply: null, next: from };
  const next = from + length + LINE_END.length;
  return text.length < next ? undefined : { reply: text.slice(from, from + length), next };
}

function array(text: string, length: number, from: number): Parsed | undefined {
  if (length < 0) return { reply: null, next: from };
  const replies: RedisReply[] = [];
  let next = from;
  for (let index = 0; index < length; index += 1) {
    const item = parseReply(text, next);
    if (item === undefined) return undefined;
    if (item.reply instanceof Error) return { reply: item.reply, next: item.next };
    replies.push(item.reply);
    next = item.next;
  }
  return { reply: replies, next };
}
