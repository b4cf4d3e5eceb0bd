import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import { create, toBinary } from "@bufbuild/protobuf";
import { GetProductResponseSchema } from "@skyport/proto";
import { envelope } from "../post.ts";
import { type Listening, listening } from "./listening.ts";

/** What a peer does with a call; its request is read by then. */
export type Behaviour = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

export interface OddPeer extends Listening {
  /** The headers of each call. */
  readonly asked: readonly IncomingHttpHeaders[];
  /** The code with which its first stream was closed. */
  readonly closed: Promise<number>;
}

/** A server on `node:http2` whose every answer is made by hand. */
export async function startOddPeer(behave: Behaviour): Promise<OddPeer> {
  const asked: IncomingHttpHeaders[] = [];
  const { promise: closed, resolve } = Promise.withResolvers<number>();
  const server = createServer();
  server.on("session", (session: ServerHttp2Session) => session.on("error", () => undefined));
  server.on("stream", (stream, headers) => {
    asked.push(headers);
    stream.on("error", () => undefined);
    stream.on("close", () => resolve(stream.rstCode));
    stream.resume().once("end", () => {
      if (!stream.destroyed) behave(stream, headers);
    });
  });
  return { ...(await listening(server)), asked, closed };
}

/** The message of a good answer. */
export const GOOD = toBinary(GetProductResponseSchema, create(GetProductResponseSchema, { product: { id: "a" } }));

export const frame = (data: Uint8Array = GOOD, flags = 0): Buffer => envelope(data, flags);

/** An answer's parts; what is left out is as it should be. */
export interface Parts {
  readonly headers?: Record<string, string | number | string[] | undefined>;
  /** Written one by one. */
  readonly body?: readonly Uint8Array[];
  /** Undefined: none. */
  readonly trailers?: Record<string, string | string[]> | undefined;
}

/** Answers with these parts. */
export function answer(parts: Parts = {}): Behaviour {
  const { headers, body = [frame()] } = parts;
  const trailers = "trailers" in parts ? parts.trailers : { "grpc-status": "0" };
  return (stream) => {
    stream.respond(
      { ":status": 200, "content-type": "application/grpc+proto", ...headers },
      { waitForTrailers: trailers !== undefined },
    );
    stream.on("wantTrailers", () => stream.sendTrailers(trailers ?? {}));
    for (const chunk of body) stream.write(chunk);
    stream.end();
  };
}

/** Answers with nothing but headers. */
export const headersOnly =
  (headers: Record<string, string | number>): Behaviour =>
  (stream) =>
    stream.respond({ ":status": 200, "content-type": "application/grpc", ...headers }, { endStream: true });
