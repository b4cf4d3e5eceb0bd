import type { Sending } from "./compare.ts";
import type { Random } from "./random.ts";
import { randomCase } from "./request-case.ts";
import { encodeRequest } from "./send-case.ts";

/** What a request has in it somewhere: a mutation that puts one of these elsewhere gets further than random bytes. */
const TOKENS: readonly [string, ...string[]] = [
  "\r\n",
  "\r\n\r\n",
  "\n",
  "\r",
  "\0",
  ":",
  " ",
  "0\r\n\r\n",
  "{",
  '"',
  "\\u",
  "Content-Length: 0\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Content-Encoding: gzip\r\n",
  "Connect-Timeout-Ms: 1000\r\n",
  "Connection: close\r\n",
  "Expect: 100-continue\r\n",
  "POST ",
  "HTTP/1.1",
  "application/proto",
  "\xff\xfe",
];

/** Bytes that are no request, or no longer quite one. The caller closes after them. */
export function randomRubbish(random: Random): { name: string; sending: Sending } {
  if (random.chance(0.15)) {
    const bytes = Buffer.from(Array.from({ length: 1 + random.below(200) }, () => random.below(256)));
    return { name: `random ${bytes.toString("base64")}`, sending: sendAll(() => bytes) };
  }
  const request = {
    ...randomCase(random),
    overdue: false,
    framing: "length",
    writing: "whole",
    ending: "half",
  } as const;
  const changes = Array.from({ length: 1 + random.below(4) }, () => randomChange(random));
  const damaged = (label: string): Buffer => {
    const { head, body } = encodeRequest(request, label);
    return changes.reduce<Buffer>((bytes, change) => change(bytes), Buffer.concat([Buffer.from(head, "latin1"), body]));
  };
  const shown = damaged("c000000").subarray(0, 1_000);
  return { name: `damaged ${JSON.stringify(shown.toString("latin1"))}`, sending: sendAll(damaged) };
}

type Change = (bytes: Buffer) => Buffer;

function randomChange(random: Random): Change {
  const [share, kind, many, byte] = [
    random.below(10_000) / 10_000,
    random.below(5),
    random.below(6),
    random.below(256),
  ];
  const token = Buffer.from(random.pick(TOKENS), "latin1");
  return (bytes) => {
    const at = Math.floor(share * bytes.length);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    switch (kind) {
      case 0:
        return Buffer.concat([before, token, after]);
      case 1:
        return Buffer.concat([before, after.subarray(many)]);
      case 2:
        return Buffer.concat([before, Buffer.of(byte), after.subarray(1)]);
      case 3:
        return Buffer.concat([before, token, after.subarray(token.length)]);
      default:
        return many === 0 ? before : Buffer.concat([before, after.subarray(0, many), after]);
    }
  };
}

function sendAll(make: (label: string) => Buffer): Sending {
  return (label) => async (conversation) => {
    await conversation.write(make(label));
    conversation.socket.end();
  };
}
