import { once } from "node:events";
import { type ClientSessionRequestOptions, constants } from "node:http2";
import { envelope } from "../../post.ts";
import type { Sending } from "../compare.ts";
import type { GrpcConversation, GrpcScript, GrpcStream } from "../grpc-conversation.ts";
import { WORDS } from "../programs.ts";
import type { Recorder } from "../recorder.ts";

/** An odd call of gRPC, by name. */
export interface GrpcCorpusCase {
  readonly name: string;
  readonly sending: Sending<GrpcScript>;
  readonly repeats?: number;
}

const PATH = "/skyport.product.v1.ProductService/GetProduct";

function message(label: string, words: string): Buffer {
  const id = Buffer.from(`${label}.${words}`);
  return envelope(Buffer.concat([Buffer.from([10, id.length]), id]));
}

function openCall(
  { open }: GrpcConversation,
  label: string,
  headers: Record<string, string> = {},
  options: ClientSessionRequestOptions = {},
): GrpcStream {
  const all = {
    ":path": PATH,
    ":authority": "a.example",
    "content-type": "application/grpc",
    te: "trailers",
    "x-request-id": `r-${label}`,
    ...headers,
  };
  return open(all, options);
}

/** A call whose request is whole. */
function plainCall(conversation: GrpcConversation, label: string, words: string, headers = {}): GrpcStream {
  const call = openCall(conversation, label, headers);
  call.stream.end(message(label, words));
  return call;
}

const ran = (recorder: Recorder, label: string): Promise<void> =>
  recorder.until(() => recorder.events(label).includes("ran"));
const entered = (recorder: Recorder, label: string): Promise<void> =>
  recorder.until(() => recorder.events(`r-${label}`).includes("entered"));

const RESETS = [
  constants.NGHTTP2_NO_ERROR,
  constants.NGHTTP2_PROTOCOL_ERROR,
  constants.NGHTTP2_INTERNAL_ERROR,
  constants.NGHTTP2_REFUSED_STREAM,
  constants.NGHTTP2_CANCEL,
  constants.NGHTTP2_ENHANCE_YOUR_CALM,
];

const one = (
  name: string,
  run: (c: GrpcConversation, label: string, recorder: Recorder) => Promise<unknown>,
  options: GrpcScript["options"] = {},
): GrpcCorpusCase => ({
  name,
  sending: (label, recorder) => ({ options, run: (c) => run(c, label, recorder) }),
});

const HANDLERS = [
  ...WORDS.ends,
  ...WORDS.looks.map((word) => `${word}.ok`),
  ...WORDS.looks.map((word) => `${word}.tick.cerr`),
];

export const GRPC_CORPUS: readonly GrpcCorpusCase[] = [
  ...HANDLERS.map((words) => one(`a handler: ${words}`, async (c, label) => plainCall(c, label, words))),
  ...["wide", "large", "hdr.trl.wide", "ok", "missing"].flatMap((words) =>
    ["gzip", "br", "identity,deflate,gzip"].map((accept) =>
      one(`an answer that may be in ${accept}: ${words}`, async (c, label) =>
        plainCall(c, label, words, { "grpc-accept-encoding": accept }),
      ),
    ),
  ),
  ...["ok", "tick.ok", "never", "hang", "heed.ok", "watch.hang", "slower.ok", "watch.late.slower.ok"].flatMap((words) =>
    ["0m", "25m"].map((timeout) => ({
      ...one(`a deadline of ${timeout}: ${words}`, async (c, label) =>
        plainCall(c, label, words, { "grpc-timeout": timeout }),
      ),
      repeats: 60,
    })),
  ),
  ...["5S", "60S", "61S", "61000m", "99999999H", "00000070S"].map((timeout) =>
    one(`a timeout of ${timeout}, as the handler sees it`, async (c, label) =>
      plainCall(c, label, "inspect.call.ok", { "grpc-timeout": timeout }),
    ),
  ),
  ...RESETS.flatMap((code) => [
    one(`RST_STREAM ${code} in the body`, async (c, label, recorder) => {
      const { stream, write } = openCall(c, label, { "x-mark": "1" });
      await write(message(label, "ok").subarray(0, 8));
      await entered(recorder, label);
      stream.close(code);
    }),
    ...["watch.slower.ok", "hang", "watch.heed.ok", "slower.sig.missing"].map((words) =>
      one(`RST_STREAM ${code} while the handler is at work: ${words}`, async (c, label, recorder) => {
        const { stream } = plainCall(c, label, words);
        await ran(recorder, label);
        stream.close(code);
      }),
    ),
  ]),
  one("RST_STREAM while a slow step decides", async (c, label, recorder) => {
    const { stream } = plainCall(c, label, "ok", { "x-refuse": "no", "x-mark": "1" });
    await entered(recorder, label);
    stream.close(constants.NGHTTP2_CANCEL);
  }),
  ...["watch.slower.ok", "hang", "ok"].map((words) =>
    one(`the connection breaks while the handler is at work: ${words}`, async (c, label, recorder) => {
      plainCall(c, label, words);
      await ran(recorder, label);
      c.session.destroy();
    }),
  ),
  one("the connection breaks in the body", async (c, label, recorder) => {
    const { write } = openCall(c, label, { "x-mark": "1" });
    await write(message(label, "ok").subarray(0, 8));
    await entered(recorder, label);
    c.session.destroy();
  }),
  one("GOAWAY from the caller while the handler is at work", async (c, label, recorder) => {
    plainCall(c, label, "slower.ok");
    await ran(recorder, label);
    c.session.close();
  }),
  one("a refusal before the body, which never ends", async (c, label) => {
    const { write } = openCall(c, label, { "x-refuse": "yes" });
    await write(message(label, "ok").subarray(0, 8));
  }),
  one("a refusal before the body, which ends then", async (c, label) => {
    const { stream, answered } = openCall(c, label, { "x-refuse": "yes" });
    await answered;
    stream.end(message(label, "ok"));
  }),
  one("a refusal while the body comes", async (c, label) => {
    const { stream, write } = openCall(c, label, { "x-refuse": "later" });
    for (const byte of message(label, "ok")) await write(Buffer.of(byte));
    stream.end();
  }),
  one("a message that is too large, of which nothing comes, and no end", async (c, label) => {
    await openCall(c, label).write(Buffer.from([0, 0, 0, 0x40, 0]));
  }),
  one("a message that is none, and no end", async (c, label) => {
    await openCall(c, label).write(envelope(Buffer.from([0x0a, 0xff])));
  }),
  one("two messages, and no end", async (c, label) => {
    const { write } = openCall(c, label);
    await write(message(label, "ok"));
    await write(message(label, "ok"));
  }),
  one("a message, no end, and a deadline", async (c, label) => {
    await openCall(c, label, { "grpc-timeout": "30m" }).write(message(label, "ok"));
  }),
  one("no message, no end, and a deadline", async (c, label) => {
    openCall(c, label, { "grpc-timeout": "30m" });
  }),
  one("an end with the headers", async (c, label) => {
    openCall(c, label, {}, { endStream: true });
  }),
  one("a body after the deadline's answer", async (c, label) => {
    const { stream, answered } = openCall(c, label, { "grpc-timeout": "30m" });
    await answered;
    stream.end(message(label, "ok"));
  }),
  one(
    "a window that is used up, and then opens",
    async (c, label) => {
      const { stream } = plainCall(c, label, "watch.large");
      stream.pause();
      await once(stream, "response");
      await new Promise((resolve) => setTimeout(resolve, 30));
      stream.resume();
    },
    { settings: { initialWindowSize: 1_000 } },
  ),
  one("a huge answer, taken slowly", async (c, label) => {
    const { stream } = plainCall(c, label, "watch.huge");
    stream.pause();
    await once(stream, "response");
    await new Promise((resolve) => setTimeout(resolve, 30));
    stream.resume();
  }),
  one("many calls on one connection, some slow", async (c, label) => {
    const calls = Array.from({ length: 40 }, (_, i) => plainCall(c, label, i % 4 === 0 ? "slow.ok" : "ok"));
    await Promise.all(calls.map(({ closed }) => closed));
  }),
  one("a call after a call that failed", async (c, label) => {
    for (const words of ["bug", "ok", "missing", "ok"]) await plainCall(c, label, words).closed;
  }),
];
