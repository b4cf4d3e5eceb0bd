import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import {
  type GetProductRequest,
  GetProductRequestSchema,
  type GetProductResponse,
  GetProductResponseSchema,
} from "@skyport/proto";
import { exchange, ID, PATH, response } from "./answers.ts";

/*
 * Servers that bench-grpc.ts compares ours with, in a process of their own: `grpc-js` or `bare`. It tells its port, and on
 * a message how much processor time it has used.
 */

/** Google's gRPC for Node, with the same generated messages. */
function serveGrpcJs(): Promise<number> {
  const products = new Map([[ID, response(ID)]]);
  const server = new Server();
  const definition = {
    path: PATH,
    requestStream: false,
    responseStream: false,
    requestSerialize: (message: GetProductRequest) => Buffer.from(toBinary(GetProductRequestSchema, message)),
    requestDeserialize: (bytes: Buffer) => fromBinary(GetProductRequestSchema, bytes),
    responseSerialize: (message: GetProductResponse) => Buffer.from(toBinary(GetProductResponseSchema, message)),
    responseDeserialize: (bytes: Buffer) => fromBinary(GetProductResponseSchema, bytes),
  } as const;
  server.addService(
    { getProduct: definition },
    {
      getProduct: (
        { request: { id } }: { request: GetProductRequest },
        answer: (error: null, message?: GetProductResponse) => void,
      ) => answer(null, products.get(id)),
    },
  );
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

/** The least that node:http2 can do: read the body and answer the same bytes, with trailers. */
async function serveBare(): Promise<number> {
  const { answer } = exchange("binary");
  const frame = Buffer.concat([Buffer.alloc(5), answer]);
  frame.writeUInt32BE(answer.length, 1);
  const server = createServer();
  server.on("stream", (stream: ServerHttp2Stream, _: IncomingHttpHeaders) => {
    stream.on("error", () => undefined);
    stream.resume();
    stream.on("end", () => {
      stream.respond({ ":status": 200, "content-type": "application/grpc+proto" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(frame);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system });
});
process.on("disconnect", () => process.exit());
process.send?.({ port: process.argv[2] === "bare" ? await serveBare() : await serveGrpcJs() });
