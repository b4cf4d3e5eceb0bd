import { encodeGrpcMessage } from "@skyport/fastpath";

const HEADER = "grpc-message";

/**
 * Passes a gRPC response's body on, and in the end writes the message in its trailers as the protocol has it: percent
 * signs and what is not printable ASCII are encoded, nothing else. Connect encodes punctuation too, and grpc-js, which
 * decodes by `decodeURI`, shows callers a `%3A` for each colon.
 */
export async function* plainGrpcMessage(body: AsyncIterable<Uint8Array>, trailer: Headers): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } finally {
    const message = trailer.get(HEADER);
    if (message !== null) trailer.set(HEADER, encodeGrpcMessage(decodeURIComponent(message)));
  }
}
