import { type DescMessage, type MessageShape, toBinary, toJsonString } from "@bufbuild/protobuf";
import { messageTooLarge } from "../steps/error-step.ts";

/**
 * Encodes a response for the sake of the error. Connect's gRPC handlers encode after the last point at which an error can
 * still be given details, so that one of a message that is too large, or that cannot be encoded, would go out without a
 * reason. Throws MESSAGE_TOO_LARGE, or whatever the encoder throws.
 */
export function checkResponse<D extends DescMessage>(
  schema: D,
  message: MessageShape<D>,
  json: boolean,
  maxBytes: number,
): void {
  const size = json ? Buffer.byteLength(toJsonString(schema, message)) : toBinary(schema, message).byteLength;
  if (size > maxBytes) throw messageTooLarge("response", maxBytes);
}
