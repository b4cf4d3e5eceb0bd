import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type handleUnaryCall, Server, ServerCredentials, status } from "@grpc/grpc-js";
import {
  type GetProductRequest,
  GetProductRequestSchema,
  type GetProductResponse,
  GetProductResponseSchema,
} from "@skyport/proto";
import { GET_PRODUCT_PATH, makeProducts } from "../product.ts";

const getProductDefinition = {
  path: GET_PRODUCT_PATH,
  requestStream: false,
  responseStream: false,
  requestSerialize: (message: GetProductRequest) => Buffer.from(toBinary(GetProductRequestSchema, message)),
  requestDeserialize: (bytes: Buffer) => fromBinary(GetProductRequestSchema, bytes),
  responseSerialize: (message: GetProductResponse) => Buffer.from(toBinary(GetProductResponseSchema, message)),
  responseDeserialize: (bytes: Buffer) => fromBinary(GetProductResponseSchema, bytes),
} as const;

/** Google's gRPC for Node, with the same generated messages. */
export async function serveGrpcJs(): Promise<number> {
  const products = makeProducts();
  const getProduct: handleUnaryCall<GetProductRequest, GetProductResponse> = ({ request: { id } }, answer) => {
    const found = products.get(id);
    if (found === undefined) answer({ code: status.NOT_FOUND, details: `no product ${id}` });
    else answer(null, found);
  };
  const server = new Server();
  server.addService({ getProduct: getProductDefinition }, { getProduct });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error === null) resolve(port);
    else reject(error);
  });
  return promise;
}
