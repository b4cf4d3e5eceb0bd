import { gzipSync } from "node:zlib";
import { hasResponses } from "../conversation.ts";
import type { CorpusCase } from "./corpus-case.ts";
import { CLOSE, PROBE, plainBytes, plainRequest } from "./plain-request.ts";

const chunk = (bytes: Buffer | string): string => `${Buffer.byteLength(bytes).toString(16)}\r\n${bytes}\r\n`;
const CHUNKED = { length: "", headers: "Transfer-Encoding: chunked\r\n" };

/** Bodies that come slowly, in part, too long, or not at all. The limit is 10,000 bytes. */
export const BODIES: readonly CorpusCase[] = [
  {
    name: "a body byte by byte",
    sending: (label) => async (c) => {
      const { head, body } = plainRequest(label, "inspect.ok", { headers: CLOSE });
      await c.write(head);
      for (const byte of body) await c.write(Buffer.of(byte));
    },
  },
  {
    name: "a head byte by byte",
    sending: (label) => async (c) => {
      for (const byte of plainBytes(label, "ok", { headers: CLOSE })) await c.write(Buffer.of(byte));
    },
  },
  {
    name: "chunks byte by byte, with a trailer",
    sending: (label) => async (c) => {
      const { head, body } = plainRequest(label, "inspect.ok", { ...CHUNKED, headers: `${CHUNKED.headers}${CLOSE}` });
      await c.write(head);
      for (const byte of body) await c.write(chunk(Buffer.of(byte)));
      await c.write("0\r\nX-After: 1\r\n\r\n");
    },
  },
  {
    name: "a chunk whose own bytes come one by one",
    sending: (label) => async (c) => {
      const { head, body } = plainRequest(label, "ok", { ...CHUNKED, headers: `${CHUNKED.headers}${CLOSE}` });
      for (const byte of Buffer.from(`${head}${chunk(body)}0\r\n\r\n`)) await c.write(Buffer.of(byte));
    },
  },
  {
    name: "a body that is longer than its length: the rest is no request",
    sending: (label) => async (c) => {
      const { head, body } = plainRequest(label, "ok");
      await c.write(head);
      await c.write(body);
      await c.until((text) => hasResponses(text, 1));
      await c.write("}}}}");
    },
  },
  {
    name: "a body that is shorter than its length, and then the caller closes",
    sending: (label) => async (c) => {
      await c.write(plainBytes(label, "ok", { length: "Content-Length: 500\r\n" }));
      c.socket.end();
    },
  },
  {
    name: "a body that is shorter than its length, and then a deadline",
    sending: (label) => (c) =>
      c.write(plainBytes(label, "ok", { length: "Content-Length: 500\r\n", headers: "Connect-Timeout-Ms: 30\r\n" })),
  },
  {
    name: "no body, and then a deadline",
    sending: (label) => (c) => c.write(plainRequest(label, "ok", { headers: "Connect-Timeout-Ms: 30\r\n" }).head),
  },
  {
    name: "chunks that do not end, and then a deadline",
    sending: (label) => async (c) => {
      const { head, body } = plainRequest(label, "ok", {
        ...CHUNKED,
        headers: `${CHUNKED.headers}Connect-Timeout-Ms: 30\r\n`,
      });
      await c.write(head + chunk(body));
    },
  },
  {
    name: "a body that comes after its deadline has passed",
    sending: (label) => async (c) => {
      const { head, body } = plainRequest(label, "ok", { headers: `Connect-Timeout-Ms: 30\r\n` });
      await c.write(head);
      await c.until((text) => hasResponses(text, 1));
      await c.write(body);
      await c.write(PROBE);
    },
  },
  {
    name: "a declared length above the limit, and no body",
    sending: (label) => (c) => c.write(plainRequest(label, "ok", { length: "Content-Length: 10001\r\n" }).head),
  },
  {
    name: "a declared length above the limit, and then all of the body, and another request",
    sending: (label) => async (c) => {
      await c.write(plainRequest(label, "ok", { length: "Content-Length: 200000\r\n" }).head);
      await c.until((text) => hasResponses(text, 1));
      await c.write(" ".repeat(200_000));
      await c.write(PROBE);
    },
  },
  {
    name: "chunks above the limit, undeclared, and another request",
    sending: (label) => async (c) => {
      await c.write(plainRequest(label, "ok", CHUNKED).head);
      for (let i = 0; i < 30; i++) await c.write(chunk(" ".repeat(1_000)));
      await c.write("0\r\n\r\n");
      await c.until((text) => hasResponses(text, 1));
      await c.write(PROBE);
    },
  },
  {
    name: "chunks above the limit, which never end",
    sending: (label) => async (c) => {
      await c.write(plainRequest(label, "ok", CHUNKED).head);
      for (let i = 0; i < 30; i++) await c.write(chunk(" ".repeat(1_000)));
    },
  },
  {
    name: "exactly the limit, declared",
    sending: (label) => (c) => {
      const json = JSON.stringify({ id: `${label}.ok` });
      return c.write(plainBytes(label, "", { body: json + " ".repeat(10_000 - json.length), headers: CLOSE }));
    },
  },
  {
    name: "exactly the limit, and one more, in chunks",
    sending: (label) => async (c) => {
      const json = JSON.stringify({ id: `${label}.ok` });
      for (const length of [10_000, 10_001]) {
        await c.write(plainRequest(label, "", CHUNKED).head);
        await c.write(`${chunk(json + " ".repeat(length - json.length))}0\r\n\r\n`);
      }
      await c.write(PROBE);
    },
  },
  {
    name: "a length of 0, no length, and a chunked body of nothing",
    sending: (label) => async (c) => {
      for (const type of ["application/json", "application/proto"]) {
        await c.write(plainBytes(label, "", { type, body: "" }));
        await c.write(plainBytes(label, "", { type, body: "", length: "" }));
        await c.write(plainBytes(label, "", { type, ...CHUNKED, body: "0\r\n\r\n" }));
      }
      await c.write(PROBE);
    },
  },
  ...[
    "zz\r\n",
    "5\r\nabc",
    "-1\r\n",
    "5 5\r\nabcde\r\n",
    "5\r\nabcdefgh\r\n",
    "ffffffffffffffffff\r\n",
    "\r\n",
    "0\r\nbad\r\n\r\n",
  ].map(
    (bytes): CorpusCase => ({
      name: `chunks that are none: ${JSON.stringify(bytes)}`,
      sending: (label) => async (c) => {
        await c.write(plainRequest(label, "ok", CHUNKED).head);
        await c.write(`5\r\n{"id"\r\n${bytes}`);
        c.socket.end();
      },
    }),
  ),
  {
    name: "a body that is refused by a step before it comes",
    sending: (label) => async (c) => {
      const { head, body } = plainRequest(label, "ok", { headers: "X-Refuse: yes\r\n" });
      await c.write(head);
      await c.until((text) => hasResponses(text, 1));
      await c.write(body);
      await c.write(PROBE);
    },
  },
  {
    name: "a body that a slow step refuses while it comes",
    sending: (label) => async (c) => {
      const { head, body } = plainRequest(label, "ok", { headers: "X-Refuse: later\r\n" });
      await c.write(head);
      for (const byte of body) await c.write(Buffer.of(byte));
      await c.write(PROBE);
    },
  },
  {
    name: "a body that is here before a slow step lets it in",
    sending: (label) => (c) => c.write(plainBytes(label, "inspect.ok", { headers: `X-Refuse: no\r\n${CLOSE}` })),
  },
  ...["gzip", "identity", "br", "odd"].map(
    (encoding): CorpusCase => ({
      name: `a body that says it is ${encoding}, and is gzip`,
      sending: (label) => async (c) => {
        const body = gzipSync(JSON.stringify({ id: `${label}.ok` }));
        await c.write(plainBytes(label, "", { body, headers: `Content-Encoding: ${encoding}\r\n${CLOSE}` }));
      },
    }),
  ),
  {
    name: "Expect: 100-continue, and the body after the answer",
    sending: (label) => async (c) => {
      const { head, body } = plainRequest(label, "ok", { headers: `Expect: 100-continue\r\n${CLOSE}` });
      await c.write(head);
      await c.until((text) => text.includes("100 Continue"));
      await c.write(body);
    },
  },
  {
    name: "Expect: 100-continue of a request that is refused",
    sending: (label) => async (c) => {
      await c.write(
        plainRequest(label, "ok", { length: "Content-Length: 20000\r\n", headers: "Expect: 100-continue\r\n" }).head,
      );
      await c.until((text) => hasResponses(text, 1));
      c.socket.end();
    },
  },
];
