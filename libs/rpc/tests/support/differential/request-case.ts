import { RPCS, SHAPES } from "./messages.ts";
import { WORDS } from "./programs.ts";
import type { Random } from "./random.ts";

/** Every way in which a request can be odd; the first of each is the usual one. */
const DIMENSIONS = {
  rpc: Object.keys(RPCS) as [keyof typeof RPCS, ...(keyof typeof RPCS)[]],
  shape: SHAPES,
  contentType: [
    "application/json",
    "application/proto",
    "application/json; charset=utf-8",
    "application/json;charset=utf-8",
    "application/json;charset=UTF8",
    "application/json; charset=latin1",
    "application/json;  charset=utf-8",
    "application/json;",
    "Application/JSON",
    "APPLICATION/PROTO",
    "  application/json\t ",
    "application/json; x=1",
    "application/proto; x=1",
    "application/proto; charset=utf-8",
    "application/json, application/proto",
    "application/connect+json",
    "application/grpc",
    "application/grpc-web+proto",
    "application/grpc-web",
    "application/x-protobuf",
    "text/plain",
    "",
    undefined,
  ],
  verb: ["POST", "GET", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "post", "QUERY", "SEARCH"],
  target: [
    "path",
    "query",
    "question",
    "slash",
    "slashes",
    "case",
    "space",
    "absolute",
    "absoluteOdd",
    "fragment",
    "dots",
    "encoded",
    "nowhere",
  ],
  version: ["1.1", "1.0", "0.9", "2.0"],
  host: ["a.example", "a.example:80", "[::1]:8", "A.Example", "a_b", "", "a b", ":::", "user@a", undefined],
  framing: [
    "length",
    "chunked",
    "smallChunks",
    "chunkTrailers",
    "chunkExtension",
    "chunkedUpper",
    "padded",
    "plus",
    "sameLengths",
    "twoLengths",
    "both",
    "none",
    "short",
    "long",
    "huge",
    "negative",
    "hex",
    "brokenChunk",
    "endlessChunk",
    "unknownCoding",
  ],
  writing: ["whole", "headFirst", "split", "bytes"],
  ending: ["close", "pipelined", "after", "half"],
  timeout: [
    undefined,
    "5000",
    "60000",
    "60001",
    "9999999999",
    "99999999999",
    "0",
    "-1",
    "1.5",
    "abc",
    "",
    "0007000",
    "5000, 5000",
    "+5",
    "5e3",
  ],
  protocolVersion: ["1", undefined, "2", "", "1, 1", "one"],
  acceptEncoding: [
    undefined,
    "gzip",
    "br",
    "identity",
    "",
    "gzip, br",
    "br, gzip",
    "gzip;q=0",
    "*",
    "GZIP",
    "zstd, gzip",
    "deflate",
  ],
  contentEncoding: [undefined, "identity", "gzip", "br", "zstd", "", "GZIP", "gzip, gzip"],
  requestId: ["good", undefined, "", "bad one", "caf\u00e9", "x".repeat(129), "long"],
  extra: [
    "",
    "TE: trailers\r\n",
    "Expect: 100-continue\r\n",
    "Expect: magic\r\n",
    "Origin: https://shop.example\r\n",
    "Origin: https://other.example\r\n",
    "Cookie: a=1\r\nCookie: b=2\r\n",
    "X-Twice: a\r\nX-Twice: b\r\n",
    "X-Latin: caf\xe9\r\n",
    "X-Empty:\r\n",
    "Authorization: Bearer good\r\n",
    "Authorization: Bearer bad\r\n",
    "Authorization: Bearer slow\r\n",
    "Upgrade: websocket\r\nConnection: upgrade\r\n",
    "Transfer-Encoding: identity\r\n",
    "User-Agent: a\r\nUser-Agent: b\r\n",
    "If-None-Match: *\r\n",
    "Content-Type: application/json\r\n",
    "Grpc-Timeout: 5S\r\n",
    "X-Interceptor: yes\r\n",
    "__proto__: x\r\nconstructor: y\r\n",
    " folded: x\r\n",
    "No colon\r\n",
  ],
  /** Whether the body is what the content encoding says. */
  compressed: [false, true],
  /** Whether the handler lets its deadline pass, which then is near. */
  overdue: [false, true],
} as const;

type Dimensions = typeof DIMENSIONS;
type Dimension = keyof Dimensions;

/** One request, and what the handler does with it. */
export type RequestCase = { readonly [D in Dimension]: Dimensions[D][number] } & {
  /** The words of the handler's program. */
  readonly words: readonly string[];
};

const NAMES = Object.keys(DIMENSIONS) as Dimension[];

/** How often a request is odd in one way: these often, since they combine with everything; the others seldom. */
const OFTEN: Partial<Record<Dimension, number>> = {
  rpc: 0.4,
  contentType: 0.3,
  shape: 0.25,
  ending: 0.4,
  writing: 0.3,
  requestId: 0.15,
  timeout: 0.12,
  acceptEncoding: 0.15,
};
const SELDOM = 0.06;

export function randomCase(random: Random): RequestCase {
  const chosen = NAMES.map((name) => {
    const values: readonly [unknown, ...unknown[]] = DIMENSIONS[name];
    return [name, random.chance(OFTEN[name] ?? SELDOM) ? random.pick(values) : values[0]];
  });
  return { ...(Object.fromEntries(chosen) as RequestCase), words: randomWords(random) };
}

function randomWords(random: Random): string[] {
  const some = (items: readonly string[], most: number): string[] =>
    Array.from({ length: random.below(most + 1) }, () => items[random.below(items.length)] ?? "");
  const looks = random.chance(0.5) ? some(WORDS.looks, 2) : [];
  const waits = some(WORDS.waits, 1);
  const after = random.chance(0.2) ? some(WORDS.looks, 1) : [];
  const end = random.chance(0.6) ? ["ok"] : some(WORDS.ends, 1);
  return [...looks, ...waits, ...after, ...end];
}

/** The ways in which a case is odd, for people. */
export function describeCase(request: RequestCase): string {
  const odd = NAMES.filter((name) => request[name] !== DIMENSIONS[name][0]).map(
    (name) => `${name}=${JSON.stringify(request[name])}`,
  );
  return `${request.words.join(".")}: ${odd.join(" ")}`;
}

/** Each case that is a little less odd. */
export function* simpler(request: RequestCase): Generator<RequestCase> {
  for (const name of NAMES) {
    if (request[name] !== DIMENSIONS[name][0]) yield { ...request, [name]: DIMENSIONS[name][0] };
  }
  for (let i = 0; i < request.words.length; i++) yield { ...request, words: request.words.toSpliced(i, 1) };
}
