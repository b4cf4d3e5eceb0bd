import { type DescMessage, type MessageShape, toBinary, toJsonString } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { errorText } from "../errors/error-text.ts";
import { messageTooLarge } from "../steps/error-step.ts";

/**
 * Encodes a response for the sake of the error. Connect's gRPC handlers encode after the last point at which an error can
 * still be given details, so that one of a message that is too large, or that cannot be encoded, would go out without a
 * reason. Throws MESSAGE_TOO_LARGE, or an error that says what cannot be encoded.
 */
export function checkResponse<D extends DescMessage>(
  schema: D,
  message: MessageShape<D>,
  json: boolean,
  maxBytes: number,
): void {
  if (sizeOf(schema, message, json) > maxBytes) throw messageTooLarge("response", maxBytes);
}

function sizeOf<D extends DescMessage>(schema: D, message: MessageShape<D>, json: boolean): number {
  try {
    return json ? Buffer.byteLength(toJsonString(schema, message)) : toBinary(schema, message).byteLength;
  } catch (error) {
    // In the words of Connect's own encoders.
    const words = errorText(error, "message") ?? String(error);
    throw json
      ? ConnectError.from(error, Code.Internal)
      : new ConnectError(`serialize binary: ${words}`, Code.Internal);
  }
}
