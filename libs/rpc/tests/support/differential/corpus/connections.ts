import { once } from "node:events";
import { hasResponses } from "../conversation.ts";
import type { Recorder } from "../recorder.ts";
import type { CorpusCase } from "./corpus-case.ts";
import { CLOSE, PROBE, plainBytes, plainRequest } from "./plain-request.ts";

const ran = (recorder: Recorder, label: string): boolean => recorder.events(label).includes("ran");

const pipeline = (label: string, ...programs: readonly string[]): Buffer =>
  Buffer.concat([
    ...programs.map((words, index) => plainBytes(label, words, { requestId: `${index}-${label}` })),
    Buffer.from(PROBE),
  ]);

/** The ways in which a caller may use, or leave, a connection. */
export const CONNECTIONS: readonly CorpusCase[] = [
  ...[
    ["alike", "ok", "ok", "ok"],
    ["the first is slow", "slower.ok", "ok", "tick.ok"],
    ["errors between answers", "missing", "ok", "bug", "slow.cerr", "ok"],
    ["large answers", "wide", "large", "slow.large", "ok"],
    ["a validation error first", "!", "ok"],
    ["answers that ask for the end", "conn.ok", "ok", "ok"],
  ].map(
    ([name, ...programs]): CorpusCase => ({
      name: `requests in one packet: ${name}`,
      sending: (label) => (c) => c.write(pipeline(label, ...programs)),
    }),
  ),
  {
    name: "requests in one packet, and garbage after them",
    sending: (label) => async (c) => {
      await c.write(plainBytes(label, "slow.ok"));
      await c.until((text) => hasResponses(text, 1));
      await c.write(Buffer.concat([plainBytes(label, "slow.ok"), Buffer.from("garbage\r\n\r\n")]));
    },
  },
  {
    name: "forty requests in one packet",
    sending: (label) => (c) =>
      c.write(pipeline(label, ...Array.from({ length: 40 }, (_, i) => (i % 3 ? "ok" : "imm.ok")))),
  },
  ...["missing", "bug", "badutf", "cerr", "wire", "!", "text", "null", "cl.ok", "never"].map(
    (words): CorpusCase => ({
      name: `the connection is used again after: ${words}`,
      sending: (label) => async (c) => {
        const headers = words === "never" ? "Connect-Timeout-Ms: 20\r\n" : "";
        await c.write(plainBytes(label, words, { headers }));
        await c.until((text) => hasResponses(text, 1));
        await c.write(plainBytes(label, "inspect.ok"));
        await c.until((text) => hasResponses(text, 2));
        await c.write(PROBE);
      },
    }),
  ),
  ...["404", "415", "405", "bad JSON", "bad length"].map(
    (what): CorpusCase => ({
      name: `the connection is used again after: ${what}`,
      sending: (label) => async (c) => {
        const first = {
          "404": plainBytes(label, "ok", { path: "/nowhere" }),
          "415": plainBytes(label, "ok", { type: "text/plain" }),
          "405": Buffer.from(plainBytes(label, "ok").toString("latin1").replace("POST", "PUT"), "latin1"),
          "bad JSON": plainBytes(label, "", { body: "{" }),
          "bad length": plainBytes(label, "ok", { length: "Content-Length: x\r\n" }),
        }[what];
        await c.write(first ?? "");
        await c.until((text) => hasResponses(text, 1));
        await c.write(plainBytes(label, "ok") + PROBE);
      },
    }),
  ),
  ...(["end", "reset"] as const).flatMap((way): CorpusCase[] => [
    {
      name: `the caller leaves (${way}) in the head`,
      sending: (label) => async (c) => {
        await c.write(plainRequest(label, "ok").head.slice(0, 60));
        leave(c.socket, way);
      },
    },
    {
      name: `the caller leaves (${way}) in the body`,
      sending: (label, recorder) => async (c) => {
        const { head, body } = plainRequest(label, "ok", { headers: "X-Mark: yes\r\n" });
        await c.write(head);
        await c.write(body.subarray(0, 5));
        await recorder.until(() => recorder.events(`r-${label}`).includes("entered"));
        leave(c.socket, way);
      },
    },
    ...[
      "hang",
      "heed.ok",
      "watch.slower.ok",
      "slower.ok",
      "slower.bug",
      "hang.cerr",
      "watch.slower.late.ok",
      "slower.sig.inspect.ok",
    ].map(
      (words): CorpusCase => ({
        name: `the caller leaves (${way}) while the handler is at work: ${words}`,
        sending: (label, recorder) => async (c) => {
          await c.write(plainBytes(label, words));
          await recorder.until(() => ran(recorder, label));
          leave(c.socket, way);
        },
      }),
    ),
    {
      name: `the caller leaves (${way}) while the answer is written`,
      sending: (label) => async (c) => {
        c.socket.pause();
        await c.write(plainBytes(label, "watch.huge"));
        c.socket.resume();
        await once(c.socket, "data");
        leave(c.socket, way);
      },
    },
    {
      name: `the caller leaves (${way}) while a slow step decides`,
      sending: (label, recorder) => async (c) => {
        await c.write(plainBytes(label, "ok", { headers: "X-Refuse: no\r\nX-Mark: yes\r\n" }));
        await recorder.until(() => recorder.events(`r-${label}`).includes("entered"));
        leave(c.socket, way);
      },
    },
    {
      name: `the caller leaves (${way}) after the answer`,
      sending: (label) => async (c) => {
        await c.write(plainBytes(label, "watch.late.ok"));
        await c.until((text) => hasResponses(text, 1));
        leave(c.socket, way);
      },
    },
    {
      name: `the caller leaves (${way}) with requests in the pipeline`,
      sending: (label, recorder) => async (c) => {
        await c.write(pipeline(label, "slower.ok", "ok", "watch.ok"));
        await recorder.until(() => ran(recorder, label));
        leave(c.socket, way);
      },
    },
  ]),
  {
    name: "a reader who takes a huge answer slowly",
    sending: (label) => async (c) => {
      c.socket.pause();
      await c.write(plainBytes(label, "watch.huge", { headers: CLOSE }));
      for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 5));
      c.socket.resume();
    },
  },
];

function leave(socket: { end(): unknown; resetAndDestroy(): unknown }, way: "end" | "reset"): void {
  if (way === "end") socket.end();
  else socket.resetAndDestroy();
}
