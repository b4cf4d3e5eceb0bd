import {
  create,
  type DescMessage,
  type DescMethodUnary,
  isMessage,
  type Message,
  type MessageInitShape,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { createMethodSerializationLookup, type UniversalHandlerOptions } from "@connectrpc/connect/protocol";
import { createBinaryEncoder, createJsonEncoder } from "../encode/encoders.ts";
import { Encoded } from "./encoded.ts";
import { sharedForms } from "./shared.ts";
import { shortTextReader } from "./short-text.ts";

/** What a codec needs of a handler's options. */
export type CodecOptions = Pick<UniversalHandlerOptions, "readMaxBytes" | "writeMaxBytes"> &
  Partial<Pick<UniversalHandlerOptions, "jsonOptions" | "binaryOptions">>;

/** Reads the requests and writes the responses of a method, in JSON and binary, with the errors of Connect's handlers. */
export interface Codec {
  /** Throws a ConnectError for what cannot be decoded or is too large. */
  decode(body: Uint8Array, binary: boolean): Message;
  /** What a handler returned, as a whole message. Throws for what is no such message. */
  normalize(output: unknown): Message;
  /** Throws a ConnectError for what cannot be encoded or is too large. */
  encode(message: Message, binary: boolean): Encoded;
}

export function createCodec(method: DescMethodUnary, options: CodecOptions): Codec {
  const { jsonOptions, binaryOptions, readMaxBytes, writeMaxBytes } = options;
  const { output } = method;
  const lookup = createMethodSerializationLookup(method, binaryOptions, jsonOptions, options);
  const [readJson, readBinary] = [lookup.getI(false), lookup.getI(true)];
  const shortText = shortTextReader(method.input);
  const json = { ignoreUnknownFields: true, ...jsonOptions };
  const ownTextEncoder = jsonOptions !== undefined && "textEncoder" in jsonOptions;

  const quickBinary = createBinaryEncoder(output);
  const quickJson = ownTextEncoder ? undefined : createJsonEncoder(output, json);

  const encodeAnew = (message: Message, binary: boolean): Encoded => {
    if (binary) return quickBinary?.(message) ?? encodeBinary(output, message, binaryOptions);
    if (ownTextEncoder) return Encoded.ofBytes(lookup.getO(false).serialize(message));
    return quickJson?.(message) ?? encodeJson(output, message, json);
  };

  const codec: Codec = {
    decode(body, binary) {
      if (binary) return readBinary.parse(body);
      const short = body.byteLength <= readMaxBytes ? shortText?.(body) : undefined;
      return short ?? readJson.parse(body);
    },
    normalize(value) {
      if (isMessage(value, output)) return value;
      // Connect's types hold a handler to this shape; what is not throws here.
      return create(output, value as MessageInitShape<DescMessage>);
    },
    encode(message, binary) {
      const encoded = encodeOnce(codec, message, binary, encodeAnew);
      if (encoded.byteLength > writeMaxBytes) {
        throw new ConnectError(
          `message size ${encoded.byteLength} is larger than configured writeMaxBytes ${writeMaxBytes}`,
          Code.ResourceExhausted,
        );
      }
      return encoded;
    },
  };
  return codec;
}

/** Encodes a shared message once for each format; another codec may write it by other options, and starts anew. */
function encodeOnce(
  codec: Codec,
  message: Message,
  binary: boolean,
  encodeAnew: (message: Message, binary: boolean) => Encoded,
): Encoded {
  const forms = sharedForms(message);
  if (forms === undefined) return encodeAnew(message, binary);
  if (forms.owner !== codec) {
    forms.owner = codec;
    forms.json = undefined;
    forms.binary = undefined;
  }
  if (binary) {
    forms.binary ??= encodeAnew(message, true).keep();
    return forms.binary;
  }
  forms.json ??= encodeAnew(message, false).keep();
  return forms.json;
}

function encodeBinary(schema: DescMessage, message: Message, options: CodecOptions["binaryOptions"]): Encoded {
  try {
    return Encoded.ofBytes(toBinary(schema, message, options));
  } catch (error) {
    throw new ConnectError(
      `serialize binary: ${error instanceof Error ? error.message : String(error)}`,
      Code.Internal,
    );
  }
}

function encodeJson(schema: DescMessage, message: Message, options: CodecOptions["jsonOptions"]): Encoded {
  try {
    return Encoded.ofText(toJsonString(schema, message, options));
  } catch (error) {
    throw ConnectError.from(error, Code.Internal);
  }
}
