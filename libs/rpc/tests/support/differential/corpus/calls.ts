import { envelope } from "../../post.ts";
import { RPCS } from "../messages.ts";
import { WORDS } from "../programs.ts";
import type { CorpusCase } from "./corpus-case.ts";
import { CLOSE, plainBytes } from "./plain-request.ts";

const binary = (label: string, words: string): Buffer => {
  const id = Buffer.from(`${label}.${words}`);
  return Buffer.concat([Buffer.from([10, id.length]), id]);
};

/** What handlers do, one by one and in both formats; deadlines; the protocols that are for Connect's own handlers. */
export const CALLS: readonly CorpusCase[] = [
  ...[
    ...WORDS.ends,
    ...WORDS.looks.map((word) => `${word}.ok`),
    ...WORDS.looks.map((word) => `${word}.tick.cerr`),
  ].flatMap((words): CorpusCase[] => [
    { name: `JSON: ${words}`, sending: (label) => (c) => c.write(plainBytes(label, words, { headers: CLOSE })) },
    {
      name: `binary: ${words}`,
      sending: (label) => (c) =>
        c.write(plainBytes(label, words, { type: "application/proto", body: binary(label, words), headers: CLOSE })),
    },
  ]),
  ...[
    "ok",
    "tick.ok",
    "never",
    "hang",
    "heed.ok",
    "watch.hang",
    "watch.heed.ok",
    "slower.ok",
    "watch.late.slower.ok",
    "slower.bug",
  ].flatMap((words) =>
    ["0", "25"].map(
      (ms): CorpusCase => ({
        name: `a deadline of ${ms} ms: ${words}`,
        repeats: 60,
        sending: (label) => (c) =>
          c.write(plainBytes(label, words, { headers: `Connect-Timeout-Ms: ${ms}\r\n${CLOSE}` })),
      }),
    ),
  ),
  ...["5000", "60000", "60001", "9999999999", "0061000"].map(
    (ms): CorpusCase => ({
      name: `a timeout of ${ms} ms, as the handler sees it`,
      sending: (label) => (c) =>
        c.write(plainBytes(label, "inspect.call.ok", { headers: `Connect-Timeout-Ms: ${ms}\r\n${CLOSE}` })),
    }),
  ),
  ...["gzip", "br"].flatMap((encoding) =>
    ["wide", "large", "hdr.wide", "ce.wide", "edge1023", "edge1024"].map(
      (words): CorpusCase => ({
        name: `an answer in ${encoding}: ${words}`,
        sending: (label) => (c) =>
          c.write(plainBytes(label, words, { headers: `Accept-Encoding: ${encoding}\r\n${CLOSE}` })),
      }),
    ),
  ),
  ...["connect=v1&encoding=json&message=", "encoding=json&message=", "connect=v1&encoding=odd&message="].map(
    (query): CorpusCase => ({
      name: `GET ?${query}`,
      sending: (label) => (c) => {
        const message = encodeURIComponent(JSON.stringify({ id: `${label}.inspect.ok` }));
        return c.write(
          `GET ${RPCS.get.path}?${query}${message} HTTP/1.1\r\nHost: a\r\nX-Request-Id: r-${label}\r\n${CLOSE}\r\n`,
        );
      },
    }),
  ),
  ...["ok", "missing", "bug", "trl.hdr.ok"].map(
    (words): CorpusCase => ({
      name: `gRPC-web: ${words}`,
      sending: (label) => (c) =>
        c.write(
          plainBytes(label, words, {
            type: "application/grpc-web+proto",
            body: envelope(binary(label, words)),
            headers: CLOSE,
          }),
        ),
    }),
  ),
  {
    name: "gRPC over HTTP/1.1",
    sending: (label) => (c) =>
      c.write(
        plainBytes(label, "ok", { type: "application/grpc", body: envelope(binary(label, "ok")), headers: CLOSE }),
      ),
  },
  {
    name: "the same answer, which is shared, in both formats in turn",
    sending: (label) => async (c) => {
      for (const type of ["application/json", "application/proto", "application/json", "application/proto"]) {
        const body = type.endsWith("json") ? undefined : binary(label, "shared");
        await c.write(plainBytes(label, "shared", { type, ...(body === undefined ? {} : { body }) }));
      }
      await c.write(plainBytes(label, "hdr.trl.shared", { headers: `Accept-Encoding: gzip\r\n${CLOSE}` }));
    },
  },
];
