import { gzipSync } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { BadRequestSchema, ErrorInfoSchema, ListProductsResponseSchema } from "@skyport/proto";
import { answer, type Behaviour, frame, GOOD, headersOnly } from "./odd-peer.ts";

/** What a peer does, and with which code a call ends by that; undefined: it succeeds. */
export type OddCase = readonly [name: string, behave: Behaviour, code: Code | undefined];

const fault = new ConnectError("not 1 % of Käse is\nleft", Code.FailedPrecondition, undefined, [
  { desc: ErrorInfoSchema, value: { reason: "OUT_OF_STOCK", domain: "skyport", metadata: { a: "b" } } },
  { desc: BadRequestSchema, value: { fieldViolations: [{ field: "id", description: "is bad" }] } },
]);
const faultTrailers = Object.fromEntries(setTrailerStatus(new Headers({ "x-more": "1" }), fault));
const plainFault = { "grpc-status": "5", "grpc-message": "n%C3%B6" };
const noBody = { body: [] };

/** The length says one more byte than there is. */
const cutShort = frame().fill(GOOD.byteLength + 1, 4, 5);
const tooLarge = Buffer.from([0, 0, 1, 0, 0]);
const rubbish = Buffer.from([0x0a, 0xff, 0xff]);
const compressed = frame(gzipSync(GOOD), 1);
const html = Buffer.from("<html>no such page</html>");
const long = frame(
  toBinary(ListProductsResponseSchema, create(ListProductsResponseSchema, { nextPageToken: "x".repeat(300) })),
);

const http = (status: number, headers: Record<string, string> = {}): Behaviour =>
  answer({
    headers: { ":status": status, "content-type": "text/html", ...headers },
    body: [html],
    trailers: undefined,
  });

export const ODD_ANSWERS: readonly OddCase[] = [
  ["a good answer", answer(), undefined],
  [
    "one with more headers and trailers",
    answer({ headers: { "x-a": "b", "set-cookie": ["a=1", "b=2"] }, trailers: { "grpc-status": "0", "x-t": "u" } }),
    undefined,
  ],
  ["one by its other type", answer({ headers: { "content-type": "application/grpc" } }), undefined],
  ["one with an encoding that is none", answer({ headers: { "grpc-encoding": "identity" } }), undefined],
  ["one byte by byte", answer({ body: [...frame()].map((byte) => Buffer.from([byte])) }), undefined],
  ["one in two pieces", answer({ body: [frame().subarray(0, 7), frame().subarray(7)] }), undefined],
  ["an empty message", answer({ body: [frame(Buffer.alloc(0))] }), undefined],
  ["unknown fields", answer({ body: [long] }), undefined],
  [
    "early hints, then a good answer",
    (stream, headers) => {
      stream.additionalHeaders({ ":status": 103 });
      answer()(stream, headers);
    },
    undefined,
  ],

  ["an error", answer({ ...noBody, trailers: plainFault }), Code.NotFound],
  ["an error with details", answer({ ...noBody, trailers: faultTrailers }), Code.FailedPrecondition],
  ["an error after a message", answer({ trailers: faultTrailers }), Code.FailedPrecondition],
  ["an error after a part of a message", answer({ body: [cutShort], trailers: plainFault }), Code.InvalidArgument],
  [
    "an error by details only",
    answer({ ...noBody, trailers: { "grpc-status-details-bin": faultTrailers["grpc-status-details-bin"] ?? "" } }),
    Code.FailedPrecondition,
  ],
  [
    "details that are none",
    answer({ trailers: { "grpc-status": "5", "grpc-status-details-bin": "!!!" } }),
    Code.DataLoss,
  ],
  [
    "details that cannot be decoded",
    answer({ trailers: { "grpc-status": "5", "grpc-status-details-bin": "Cv//" } }),
    Code.DataLoss,
  ],
  [
    "success by status, an error by details",
    answer({ trailers: { ...faultTrailers, "grpc-status": "0" } }),
    Code.FailedPrecondition,
  ],
  ["a status that is none", answer({ trailers: { "grpc-status": "forty" } }), Code.Internal],
  ["a status that there is not", answer({ trailers: { "grpc-status": "99" } }), Code.Internal],
  [
    "a message that is no percent encoding",
    answer({ trailers: { "grpc-status": "5", "grpc-message": "100 %" } }),
    Code.Unknown,
  ],
  ["an error in the headers", headersOnly(plainFault), Code.NotFound],
  ["an error with details in the headers", headersOnly(faultTrailers), Code.FailedPrecondition],
  ["success in the headers, and nothing else", headersOnly({ "grpc-status": "0" }), Code.Unknown],
  ["headers and nothing else", headersOnly({}), Code.Internal],
  [
    "an error by details only in the headers, then a message",
    answer({ headers: { "grpc-status-details-bin": faultTrailers["grpc-status-details-bin"] } }),
    Code.Unknown,
  ],
  ["an error in the headers, then a message", answer({ headers: plainFault }), Code.Unknown],
  [
    "an error in the headers, then a message without trailers",
    answer({ headers: plainFault, trailers: undefined }),
    Code.Unknown,
  ],
  [
    "success in the headers, then a message without trailers",
    answer({ headers: { "grpc-status": "0" }, trailers: undefined }),
    undefined,
  ],

  ["no trailers", answer({ trailers: undefined }), Code.Internal],
  ["trailers without a status", answer({ trailers: { "x-t": "u" } }), Code.Internal],
  ["no message", answer(noBody), Code.Unimplemented],
  ["no message and no trailers", answer({ ...noBody, trailers: undefined }), Code.Internal],
  ["two messages in one piece", answer({ body: [Buffer.concat([frame(), frame()])] }), Code.Unimplemented],
  ["two messages", answer({ body: [frame(), frame()] }), Code.Unimplemented],
  ["two messages and an error", answer({ body: [frame(), frame()], trailers: plainFault }), Code.Unimplemented],
  ["a part of a head", answer({ body: [frame().subarray(0, 3)] }), Code.InvalidArgument],
  ["a head without its message", answer({ body: [frame().subarray(0, 5)] }), Code.Unimplemented],
  [
    "a head without its message, and an error",
    answer({ body: [frame().subarray(0, 5)], trailers: plainFault }),
    Code.NotFound,
  ],
  ["a part of a message", answer({ body: [cutShort] }), Code.InvalidArgument],
  ["a message and a part of a head", answer({ body: [frame(), frame().subarray(0, 3)] }), Code.InvalidArgument],
  ["a message that cannot be decoded", answer({ body: [frame(rubbish)] }), Code.Internal],
  [
    "a message that cannot be decoded, and an error",
    answer({ body: [frame(rubbish)], trailers: plainFault }),
    Code.Internal,
  ],
  ["a compressed message", answer({ body: [compressed] }), Code.Internal],
  [
    "a compressed message that says so",
    answer({ headers: { "grpc-encoding": "gzip" }, body: [compressed] }),
    Code.Internal,
  ],
  ["an encoding that is not used", answer({ headers: { "grpc-encoding": "gzip" } }), Code.Internal],
  ["a message above the limit", answer({ body: [tooLarge] }), Code.ResourceExhausted],
  [
    "a message above the limit, and an error",
    answer({ body: [tooLarge], trailers: plainFault }),
    Code.ResourceExhausted,
  ],

  ["another content type", answer({ headers: { "content-type": "application/proto" } }), Code.Unknown],
  ["gRPC-web", answer({ headers: { "content-type": "application/grpc-web+proto" } }), Code.Unknown],
  [
    "JSON",
    answer({ headers: { "content-type": "application/grpc+json" }, body: [frame(Buffer.from("{}"))] }),
    Code.Internal,
  ],
  ["no content type", answer({ headers: { "content-type": undefined } }), Code.Unknown],
  ["HTTP 404", http(404), Code.Unimplemented],
  ["HTTP 404 and an error", http(404, plainFault), Code.Unimplemented],
  ["HTTP 400", http(400), Code.Internal],
  ["HTTP 401", http(401), Code.Unauthenticated],
  ["HTTP 403", http(403), Code.PermissionDenied],
  ["HTTP 429", http(429), Code.Unavailable],
  ["HTTP 500", http(500), Code.Unknown],
  ["HTTP 502", http(502), Code.Unavailable],
  ["HTTP 503", http(503), Code.Unavailable],
  ["HTTP 204", headersOnly({ ":status": 204 }), Code.Unknown],
];
