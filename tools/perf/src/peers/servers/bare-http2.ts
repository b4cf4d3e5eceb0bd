import { createServer, type ServerHttp2Stream } from "node:http2";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { GetProductRequestSchema, GetProductResponseSchema } from "@skyport/proto";
import { grpcFrame, makeProducts } from "../product.ts";
import { listenAnywhere } from "./listening.ts";

const HEAD = { ":status": 200, "content-type": "application/grpc+proto" };
const FRAME_HEAD = 5;
const GRPC_NOT_FOUND = "5";

/**
 * A gRPC answer on the core streams of `node:http2`, with nothing that a server needs besides: what it could cost at the
 * least.
 */
export function serveBareHttp2(): Promise<number> {
  const products = makeProducts();
  const answer = (stream: ServerHttp2Stream, message: Buffer): void => {
    const { id } = fromBinary(GetProductRequestSchema, message);
    const found = products.get(id);
    stream.respond(HEAD, { waitForTrailers: true });
    stream.on("wantTrailers", () => {
      stream.sendTrailers({ "grpc-status": found === undefined ? GRPC_NOT_FOUND : "0" });
    });
    if (found === undefined) stream.end();
    else stream.end(grpcFrame(toBinary(GetProductResponseSchema, found)));
  };
  const server = createServer();
  server.on("stream", (stream) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => answer(stream, Buffer.concat(chunks).subarray(FRAME_HEAD)));
    stream.on("error", () => undefined);
  });
  return listenAnywhere(server);
}
