import { type DescMessage, type DescMethodUnary, fromJson, type JsonObject, toBinary } from "@bufbuild/protobuf";

export type Protocol = "json" | "binary" | "grpc";

/** A call whose bytes are made before anything is measured. */
export interface PreparedCall {
  /** "/package.Service/Method". */
  readonly path: string;
  readonly body: Buffer;
}

export const CONTENT_TYPE: Readonly<Record<Protocol, string>> = {
  json: "application/json",
  binary: "application/proto",
  grpc: "application/grpc+proto",
};

const FRAME_HEAD = 5;

/** A message as gRPC sends it: not compressed, its length before it. */
function framed(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(FRAME_HEAD + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, FRAME_HEAD);
  return frame;
}

/** A unary call in one of the protocols, from its message as protobuf's JSON. @throws Error when it is no such message */
export function prepareCall(
  method: DescMethodUnary<DescMessage, DescMessage>,
  message: JsonObject,
  protocol: Protocol,
): PreparedCall {
  const path = `/${method.parent.typeName}/${method.name}`;
  const parsed = fromJson(method.input, message);
  if (protocol === "json") return { path, body: Buffer.from(JSON.stringify(message)) };
  const bytes = toBinary(method.input, parsed);
  return { path, body: protocol === "grpc" ? framed(bytes) : Buffer.from(bytes) };
}
