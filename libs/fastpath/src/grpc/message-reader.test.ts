import { create, isMessage } from "@bufbuild/protobuf";
import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import type { Codec } from "../core/codec.ts";
import { frameOf } from "../core/encoded.ts";
import { MessageReader } from "./message-reader.ts";

/** Reads any bytes but those of `bad` as a message that holds them. */
const codec: Codec = {
  decode(bytes) {
    const value = Buffer.from(bytes).toString();
    if (value === "bad") throw new ConnectError("bad", Code.InvalidArgument);
    return create(StringValueSchema, { value });
  },
  normalize: (output) => output as never,
  encode: () => {
    throw new Error("nothing is encoded here");
  },
};

/** What a reader of at most 100 bytes makes of these chunks: a text, or an error's code and message. */
function read(...chunks: readonly Uint8Array[]): string | [Code, string] {
  const reader = new MessageReader(codec, true, 100);
  try {
    for (const chunk of chunks) reader.read(Buffer.from(chunk));
    const message = reader.end();
    return isMessage(message, StringValueSchema) ? message.value : "another message";
  } catch (error) {
    const { code, rawMessage } = ConnectError.from(error);
    return [code, rawMessage];
  }
}

const frame = (text: string, flags = 0): Buffer => Buffer.from(frameOf(Buffer.from(text), flags));
const head = (length: number): Buffer => {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(length, 1);
  return bytes;
};

describe("one message is read, however it is cut", () => {
  test("in one piece", () => {
    expect(read(frame("hello"))).toBe("hello");
  });

  test.each(Array.from({ length: 9 }, (_, index) => index + 1))("in two pieces, cut after %i", (at) => {
    const bytes = frame("hello");
    expect(read(bytes.subarray(0, at), bytes.subarray(at))).toBe("hello");
  });

  test("byte by byte", () => {
    expect(read(...Array.from(frame("hello"), (byte) => Buffer.of(byte)))).toBe("hello");
  });

  test("with flags that mean nothing", () => {
    expect(read(frame("hello", 0xfe))).toBe("hello");
  });
});

describe("what is not one message", () => {
  const missing = [Code.Unimplemented, "protocol error: missing input message for unary method"];
  const extra = [Code.Unimplemented, "protocol error: received extra input message for unary method"];
  const incomplete = [Code.InvalidArgument, "protocol error: incomplete envelope"];
  const large = [Code.ResourceExhausted, "message size 101 is larger than configured readMaxBytes 100"];

  test.each([
    ["nothing", [], missing],
    ["half a head", [head(5).subarray(0, 3)], incomplete],
    ["a head alone", [head(5)], missing],
    ["less than the head says", [head(5), Buffer.from("hell")], incomplete],
    ["two messages", [frame("a"), frame("b")], extra],
    ["two messages in one piece", [Buffer.concat([frame("a"), frame("b")])], extra],
    [
      "a compressed message",
      [frame("a", 1)],
      [Code.Internal, "received compressed envelope, but do not know how to decompress"],
    ],
    ["a message above the limit, whole", [frame("x".repeat(101))], large],
    ["a head above the limit, before its message", [head(101)], large],
    ["a message, and in one piece with it a head above the limit", [Buffer.concat([frame("bad"), head(101)])], large],
    ["a broken message, and after it one that is too large", [frame("bad"), head(101)], [Code.InvalidArgument, "bad"]],
    ["a message, and after it a broken one", [frame("a"), frame("bad")], [Code.InvalidArgument, "bad"]],
  ] as const)("%s", (_, chunks, error) => {
    expect(read(...chunks)).toEqual(error);
  });
});
