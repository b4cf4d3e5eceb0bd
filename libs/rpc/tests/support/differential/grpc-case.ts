import { brotliCompressSync, gzipSync } from "node:zlib";
import { envelope } from "../post.ts";
import type { Sending } from "./compare.ts";
import type { GrpcScript } from "./grpc-conversation.ts";
import { encodeMessage, RPCS, SHAPES } from "./messages.ts";
import { WORDS } from "./programs.ts";
import type { Random } from "./random.ts";

/** How messages stand in their stream; the first is right. */
const ENVELOPES = {
  one: (message) => [envelope(message)],
  nothing: () => [],
  two: (message) => [envelope(message), envelope(message)],
  twoAtOnce: (message) => [Buffer.concat([envelope(message), envelope(message)])],
  secondBroken: (message) => [envelope(message), envelope(Buffer.from([0x0a, 0xff]))],
  secondTooLarge: (message) => [envelope(message), head(0, 20_000)],
  secondTooLargeAtOnce: (message) => [Buffer.concat([envelope(message), head(0, 20_000)])],
  secondEmpty: (message) => [envelope(message), envelope(Buffer.alloc(0))],
  compressed: (message) => [envelope(message, 1)],
  gzipped: (message) => [envelope(gzipSync(message), 1)],
  brotli: (message) => [envelope(brotliCompressSync(message), 1)],
  flags2: (message) => [envelope(message, 2)],
  flags128: (message) => [envelope(message, 0x80)],
  flags255: (message) => [envelope(message, 0xff)],
  shortLength: (message) => [head(0, Math.max(0, message.length - 1)), message],
  longLength: (message) => [head(0, message.length + 1), message],
  hugeLength: (message) => [head(0, 0xffffffff), message],
  headOnly: () => [head(0, 9)],
  halfHead: () => [Buffer.from([0, 0, 0])],
  emptyMessage: () => [envelope(Buffer.alloc(0))],
  garbage: (message) => [envelope(message), Buffer.from("garbage")],
  noEnvelope: (message) => [message],
} as const satisfies Readonly<Record<string, (message: Buffer) => readonly Buffer[]>>;

function head(flags: number, length: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes[0] = flags;
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

const DIMENSIONS = {
  rpc: Object.keys(RPCS) as [keyof typeof RPCS, ...(keyof typeof RPCS)[]],
  shape: SHAPES,
  type: [
    "application/grpc",
    "application/grpc+proto",
    "application/grpc+json",
    "application/grpc+json; charset=utf-8",
    "application/grpc+thrift",
    "APPLICATION/GRPC",
    "application/grpc;x=1",
    "application/grpc-web",
    "application/json",
    "text/plain",
    undefined,
  ],
  envelope: Object.keys(ENVELOPES) as [keyof typeof ENVELOPES, ...(keyof typeof ENVELOPES)[]],
  writing: ["whole", "pieces", "bytes"],
  ending: ["last", "later", "trailers", "afterAnswer"],
  verb: ["POST", "GET", "PUT"],
  path: ["path", "query", "slash", "case", "nowhere"],
  authority: ["a.example", "a.example:80", "user@a", undefined],
  timeout: [undefined, "5S", "60S", "61S", "99999999H", "0m", "1n", "5", "S", "-1S", "5 S", "", "123456789S", "5s"],
  encoding: [undefined, "identity", "gzip", "br", "zstd", ""],
  accept: [undefined, "gzip", "identity,deflate,gzip", "br, gzip", "", "*", "zstd"],
  requestId: ["good", undefined, "bad one", "x".repeat(129)],
  extra: [
    {},
    { te: "trailers" },
    { "x-data-bin": "AAEC" },
    { "x-twice": ["a", "b"] },
    { "user-agent": "grpc-node/1" },
    { origin: "https://shop.example" },
    { expect: "100-continue" },
    { "connect-timeout-ms": "1" },
    { cookie: ["a=1", "b=2"] },
    { authorization: "Bearer bad" },
    { authorization: "Bearer slow" },
  ],
  overdue: [false, true],
} as const;

type Dimension = keyof typeof DIMENSIONS;

/** One call of gRPC, right or odd, and what the handler does with it. */
export type GrpcCase = { readonly [D in Dimension]: (typeof DIMENSIONS)[D][number] } & {
  readonly words: readonly string[];
};

const NAMES = Object.keys(DIMENSIONS) as Dimension[];
const OFTEN: Partial<Record<Dimension, number>> = {
  rpc: 0.3,
  shape: 0.2,
  type: 0.3,
  envelope: 0.15,
  writing: 0.3,
  ending: 0.2,
};
const SELDOM = 0.07;

export function randomGrpcCase(random: Random): GrpcCase {
  const chosen = NAMES.map((name) => {
    const values: readonly [unknown, ...unknown[]] = DIMENSIONS[name];
    return [name, random.chance(OFTEN[name] ?? SELDOM) ? random.pick(values) : values[0]];
  });
  const some = (items: readonly string[]): string[] =>
    random.chance(0.5) ? [items[random.below(items.length)] ?? ""] : [];
  const words = [...some(WORDS.looks), ...some(WORDS.waits), ...some(WORDS.looks), ...some(WORDS.ends)];
  return { ...(Object.fromEntries(chosen) as GrpcCase), words };
}

export function describeGrpcCase(request: GrpcCase): string {
  const odd = NAMES.filter((name) => request[name] !== DIMENSIONS[name][0]).map(
    (name) => `${name}=${JSON.stringify(request[name])}`,
  );
  return `${request.words.join(".")}: ${odd.join(" ")}`;
}

/** Each case that is a little less odd. */
export function* simplerGrpcCases(request: GrpcCase): Generator<GrpcCase> {
  for (const name of NAMES) {
    if (request[name] !== DIMENSIONS[name][0]) yield { ...request, [name]: DIMENSIONS[name][0] };
  }
  for (let i = 0; i < request.words.length; i++) yield { ...request, words: request.words.toSpliced(i, 1) };
}

/** What a handler does when its deadline passes hangs on which of two timers comes first. */
const RACING: ReadonlySet<string> = new Set(["watch", "late", "slow", ...WORDS.ends]);

export function sendGrpcCase(request: GrpcCase): Sending<GrpcScript> {
  return (label) => ({
    async run({ open }) {
      const rpc = RPCS[request.rpc];
      const words = request.overdue ? [...request.words.filter((word) => !RACING.has(word)), "never"] : request.words;
      const codec = /json/.test(request.type ?? "") ? "json" : "proto";
      const message = encodeMessage(rpc, codec, request.shape, [label, ...words].join("."));
      const trailers = request.ending === "trailers";
      const { stream, write, answered } = open(
        { ...headersOf(request, label), ":path": pathOf(request.path, rpc.path) },
        { waitForTrailers: trailers },
      );
      if (trailers) stream.on("wantTrailers", () => stream.sendTrailers({ "x-after": "1" }));
      const pieces = piecesOf(request.writing, ENVELOPES[request.envelope](message));
      const last = request.ending === "last" ? pieces.pop() : undefined;
      for (const piece of pieces) await write(piece);
      if (request.ending === "afterAnswer") await answered;
      if (last === undefined) stream.end();
      else stream.end(last);
    },
  });
}

function headersOf(request: GrpcCase, label: string): Record<string, string | readonly string[]> {
  const { type, timeout, overdue, encoding, accept, requestId, extra, authority } = request;
  const fields: [string, string | undefined][] = [
    [":method", request.verb],
    [":authority", authority],
    ["content-type", type],
    // A request that never ends by itself has a near deadline, too.
    ["grpc-timeout", overdue ? "20m" : request.ending === "afterAnswer" ? "40m" : timeout],
    ["grpc-encoding", encoding],
    // An id of the server's own choice inside a compressed message could not be told from another.
    ["grpc-accept-encoding", requestId === "good" ? accept : undefined],
    ["x-request-id", requestId === "good" ? `r-${label}` : requestId],
  ];
  return {
    ...Object.fromEntries(fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    ...extra,
  };
}

function pathOf(path: GrpcCase["path"], of: string): string {
  return { path: of, query: `${of}?x=1`, slash: `${of}/`, case: of.toLowerCase(), nowhere: `${of}s` }[path];
}

function piecesOf(writing: GrpcCase["writing"], parts: readonly Buffer[]): Buffer[] {
  const all = Buffer.concat(parts);
  if (writing === "pieces") return [...parts];
  if (writing === "whole" || all.length === 0) return [all];
  const size = Math.ceil(all.length / 40);
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.subarray(i * size, (i + 1) * size));
}
