import { create, toBinary } from "@bufbuild/protobuf";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { createMethodSerializationLookup } from "@connectrpc/connect/protocol";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Kinds } from "../../tests/support/kinds.ts";
import { oddMessages } from "../../tests/support/odd-messages.ts";
import { SEED } from "../../tests/support/seed.ts";
import { Item, item, Shop } from "../../tests/support/shop.ts";
import { createCodec } from "./codec.ts";
import { shareEncoded } from "./shared.ts";

const LIMITS = { readMaxBytes: 100, writeMaxBytes: 1_000 };
const codec = createCodec(Shop.method.get, LIMITS);

describe("what is written is what Connect's handlers write", () => {
  const stock = createMethodSerializationLookup(Shop.method.get, undefined, undefined, LIMITS);

  test.each([
    ["nothing", {}],
    ["ASCII", { id: "a", count: 3, tags: ["x", "y"] }],
    ["other text", { id: "日本 é 😀", inner: { id: "ß" } }],
    ["half of a pair", { id: "\ud800x" }],
    ["bytes", { data: new Uint8Array([0, 128, 255]) }],
  ])("%s", (_, fields) => {
    for (const binary of [false, true]) {
      const encoded = codec.encode(item(fields), binary);
      const expected = Buffer.from(stock.getO(binary).serialize(item(fields)));
      expect(Buffer.from(encoded.bytes)).toEqual(expected);
      expect(Buffer.from(encoded.latin1, "latin1")).toEqual(expected);
      expect(encoded.byteLength).toBe(expected.length);
    }
  });

  test("what cannot be encoded, or is too large, fails alike", () => {
    for (const bad of [Object.assign(item({}), { inner: create(TimestampSchema) }), item({ id: "x".repeat(2_000) })]) {
      for (const binary of [false, true]) {
        const failure = (encode: () => unknown): unknown => {
          try {
            return encode();
          } catch (error) {
            return error;
          }
        };
        const [theirs, ours] = [
          failure(() => stock.getO(binary).serialize(bad)),
          failure(() => codec.encode(bad, binary)),
        ];
        if (!(theirs instanceof ConnectError)) throw new Error("it can be encoded");
        expect(ours).toMatchObject({ name: "ConnectError", message: theirs.message, code: theirs.code });
      }
    }
  });
});

test(`whatever a message holds, it or its error is what Connect's handlers send (SEED=${SEED})`, () => {
  const method = { ...Shop.method.get, output: Kinds };
  const limits = { readMaxBytes: 100, writeMaxBytes: 1_000_000 };
  const [ours, stock] = [
    createCodec(method, limits),
    createMethodSerializationLookup(method, undefined, undefined, limits),
  ];
  const outcome = (encode: () => Uint8Array): unknown => {
    try {
      return Buffer.from(encode()).toString("latin1");
    } catch (error) {
      return error instanceof ConnectError ? { code: error.code, message: error.message } : error;
    }
  };
  fc.assert(
    fc.property(oddMessages(Kinds), fc.boolean(), (message, binary) => {
      const theirs = outcome(() => stock.getO(binary).serialize(message));
      expect(outcome(() => ours.encode(message, binary).bytes)).toEqual(theirs);
    }),
    { seed: SEED, numRuns: 500 },
  );
});

describe("what is read", () => {
  test("is a message, in either format; unknown fields are ignored", () => {
    const json = codec.decode(Buffer.from('{"id":"a","more":1}'), false);
    expect(json).toMatchObject({ id: "a", $typeName: "shop.v1.Item" });
    expect(codec.decode(toBinary(Item, item({ id: "b" })), true)).toMatchObject({ id: "b" });
  });

  test.each([
    ["too large", `{"id":"${"x".repeat(100)}"}`, Code.ResourceExhausted],
    ["broken", "{", Code.InvalidArgument],
    ["of a wrong type", '{"id":5}', Code.InvalidArgument],
    ["a field twice", '{"id":"a","id":"b"}', Code.InvalidArgument],
  ])("fails when it is %s", (_, text, code) => {
    expect(() => codec.decode(Buffer.from(text), false)).toThrow(expect.objectContaining({ code }));
  });
});

describe("what a handler returns", () => {
  test("is passed on as it is when it is a whole message, and completed when it is less", () => {
    const whole = item({ id: "a" });
    expect(codec.normalize(whole)).toBe(whole);
    expect(codec.encode(codec.normalize({ inner: { id: "b" } }), false).latin1).toBe('{"inner":{"id":"b"}}');
  });

  test("is nothing: an empty message, as with Connect", () => {
    expect(codec.encode(codec.normalize(undefined), false).latin1).toBe("{}");
  });
});

describe("a shared message", () => {
  test("is encoded once for each format", () => {
    const message = shareEncoded(item({ id: "a" }));
    for (const binary of [false, true]) {
      const first = codec.encode(message, binary);
      expect(codec.encode(message, binary)).toBe(first);
    }
    expect(codec.encode(message, false)).not.toBe(codec.encode(message, true));
  });

  test("is encoded anew by a codec with other options", () => {
    const other = createCodec(Shop.method.get, { ...LIMITS, jsonOptions: { alwaysEmitImplicit: true } });
    const message = shareEncoded(item({ id: "a" }));
    expect(codec.encode(message, false).latin1).toBe('{"id":"a"}');
    expect(other.encode(message, false).latin1).toContain('"count":0');
    expect(codec.encode(message, false).latin1).toBe('{"id":"a"}');
  });

  test("stays under the limit of whoever sends it", () => {
    const message = shareEncoded(item({ id: "x".repeat(50) }));
    const narrow = createCodec(Shop.method.get, { ...LIMITS, writeMaxBytes: 10 });
    codec.encode(message, false);
    for (const _ of [1, 2]) {
      expect(() => narrow.encode(message, false)).toThrow(expect.objectContaining({ code: Code.ResourceExhausted }));
    }
  });

  test.each(["ascii", "beyond: \u20ac"])("keeps no more memory than its forms need: %s", (id) => {
    const message = shareEncoded(item({ id }));
    for (const binary of [false, true]) {
      const encoded = codec.encode(message, binary);
      for (const form of [encoded.bytes, encoded.frame]) expect(form.buffer.byteLength).toBe(form.byteLength);
    }
  });

  test("is frozen with all that is in it; a change throws", () => {
    const message = shareEncoded(item({ tags: ["a"], inner: item({ id: "b" }), data: new Uint8Array([1]) }));
    expect(() => Object.assign(message, { id: "c" })).toThrow(TypeError);
    expect(() => Object.assign(message.inner ?? {}, { id: "c" })).toThrow(TypeError);
    expect(Object.isFrozen(message.tags)).toBe(true);
    expect(shareEncoded(message)).toBe(message);
  });
});

test("a text encoder of the options' own is used", () => {
  const textEncoder = { encode: () => new Uint8Array([65]) };
  // Connect knows this option, its type does not.
  const jsonOptions: object = { textEncoder };
  const own = createCodec(Shop.method.get, { ...LIMITS, jsonOptions });
  expect(own.encode(item({}), false).latin1).toBe("A");
});
