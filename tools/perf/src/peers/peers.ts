import type { JsonValue } from "@bufbuild/protobuf";
import { httpRequest } from "./load/http-answer.ts";
import type { Subject } from "./load/load.ts";
import { type Encoded, GET_PRODUCT_PATH, grpcFrame, HOT_ID } from "./product.ts";
import { hotBodies } from "./servers/hot-bodies.ts";
import type { ServerName } from "./servers/servers.ts";

export type Protocol = "json" | "binary" | "grpc";

/** One line of the comparison: a server, asked in one protocol. */
export interface Peer {
  /** For people; unique. */
  readonly name: string;
  readonly server: ServerName;
  readonly protocol: Protocol;
  /** The query of a GET, where the peer has its own way of asking, and what its answer's body is. */
  readonly own?: { readonly path: string; readonly answer: (json: JsonValue) => JsonValue };
}

/** What the others are compared with, by HTTP and by gRPC; each is measured twice, which gives the noise. */
export const RAW: Peer = { name: "raw node:http, JSON", server: "raw-json", protocol: "json" };
export const GRPC_JS: Peer = { name: "@grpc/grpc-js", server: "grpc-js", protocol: "grpc" };

const trpcQuery = `/getProduct?input=${encodeURIComponent(JSON.stringify({ id: HOT_ID }))}`;

export const HTTP_PEERS: readonly Peer[] = [
  RAW,
  { name: "raw node:http, binary", server: "raw-binary", protocol: "binary" },
  { name: "Skyport, JSON", server: "ours-kept", protocol: "json" },
  { name: "Skyport, binary", server: "ours-kept", protocol: "binary" },
  { name: "Skyport, a log line a call, JSON", server: "ours-info", protocol: "json" },
  { name: "Skyport, a log line a call, binary", server: "ours-info", protocol: "binary" },
  { name: "Skyport, encoded anew, JSON", server: "ours-fresh", protocol: "json" },
  { name: "Skyport, encoded anew, binary", server: "ours-fresh", protocol: "binary" },
  { name: "fastify 5 with a schema", server: "fastify", protocol: "json" },
  {
    name: "tRPC 11, standalone",
    server: "trpc",
    protocol: "json",
    own: { path: trpcQuery, answer: (data) => ({ result: { data } }) },
  },
  { name: "NestJS 12 on Express", server: "nest", protocol: "json" },
  { name: "connect-node's own adapter, JSON", server: "stock-http", protocol: "json" },
  { name: "connect-node's own adapter, binary", server: "stock-http", protocol: "binary" },
];

export const GRPC_PEERS: readonly Peer[] = [
  GRPC_JS,
  { name: "bare node:http2", server: "bare-http2", protocol: "grpc" },
  { name: "Skyport, gRPC", server: "ours-kept", protocol: "grpc" },
  { name: "Skyport, gRPC, a log line a call", server: "ours-info", protocol: "grpc" },
  { name: "Skyport, gRPC, encoded anew", server: "ours-fresh", protocol: "grpc" },
  { name: "connect-node's own adapter, gRPC", server: "stock-grpc", protocol: "grpc" },
];

/** What a protocol sends for a request and its answer in both encodings. */
export function subjectOf(protocol: Protocol, port: number, { request, response }: Encoded): Subject {
  const path = GET_PRODUCT_PATH;
  if (protocol === "grpc") {
    return { protocol: "grpc", port, path, requests: [grpcFrame(request)], answer: grpcFrame(response) };
  }
  const contentType = protocol === "json" ? "application/json" : "application/proto";
  const whole = httpRequest("POST", path, contentType, request);
  return { protocol: "http", port, path, requests: [whole], answer: response };
}

/** What a peer is asked for, and has to answer. */
export function subjectFor({ protocol, own }: Peer, port: number): Subject {
  const bodies = hotBodies(protocol === "json" ? "json" : "binary");
  if (own === undefined) return subjectOf(protocol, port, bodies);
  const data: JsonValue = JSON.parse(bodies.response.toString());
  const answer = Buffer.from(JSON.stringify(own.answer(data)));
  const request = httpRequest("GET", own.path, "", Buffer.alloc(0));
  return { protocol: "http", port, path: own.path, requests: [request], answer };
}
