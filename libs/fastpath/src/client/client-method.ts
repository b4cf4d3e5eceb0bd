import {
  create,
  type DescMessage,
  type DescMethodUnary,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import { createMethodSerializationLookup, createMethodUrl } from "@connectrpc/connect/protocol";
import { frameOf } from "../core/encoded.ts";

/** What Connect's own transports write at most: there is no limit but the format's. */
const WRITE_MAX_BYTES = 0xffffffff;

/** Everything about a method that does not change from call to call. */
export interface ClientMethod<I extends DescMessage, O extends DescMessage> {
  readonly method: DescMethodUnary<I, O>;
  /** `/package.Service/Method`, below the path of the server's address. */
  readonly path: string;
  /** A request as it goes over the wire. Throws a ConnectError for what cannot be encoded. */
  encode(input: MessageInitShape<I>): Uint8Array;
  /** Throws a ConnectError for what cannot be decoded. */
  decode(bytes: Uint8Array): MessageShape<O>;
}

export function planClientMethod<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  baseUrl: string,
  readMaxBytes: number,
): ClientMethod<I, O> {
  const { pathname, search } = new URL(createMethodUrl(baseUrl, method));
  const limits = { readMaxBytes, writeMaxBytes: WRITE_MAX_BYTES };
  const lookup = createMethodSerializationLookup(method, undefined, undefined, limits);
  const [request, response] = [lookup.getI(true), lookup.getO(true)];
  return {
    method,
    path: pathname + search,
    encode: (input) => frameOf(request.serialize(create(method.input, input)), 0),
    decode: response.parse,
  };
}
