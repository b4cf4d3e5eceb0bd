import {
  create,
  type DescMessage,
  type JsonWriteStringOptions,
  type Message,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Kinds, Old, refused, registry } from "../../tests/support/kinds.ts";
import { messages } from "../../tests/support/messages.ts";
import { oddMessages } from "../../tests/support/odd-messages.ts";
import { SEED } from "../../tests/support/seed.ts";
import { createBinaryEncoder, createJsonEncoder, type Encoder } from "./encoders.ts";

fc.configureGlobal({ seed: SEED });

/** As text with a character a byte, which is compared sooner than bytes. */
function latin1(bytes: string | Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/** What protobuf-es makes of it; undefined if that is an error. */
function attempt(encode: () => string | Uint8Array): string | undefined {
  try {
    return latin1(encode());
  } catch {
    return undefined;
  }
}

function need(encoder: Encoder | undefined): Encoder {
  if (encoder === undefined) throw new Error("the type is refused");
  return encoder;
}

const options = fc.record(
  {
    alwaysEmitImplicit: fc.boolean(),
    enumAsInteger: fc.boolean(),
    useProtoFieldName: fc.boolean(),
    registry: fc.constant(registry),
  },
  { requiredKeys: [] },
);

const TYPES: readonly DescMessage[] = [Kinds, Old];

describe.each(TYPES.map((desc) => [desc.typeName, desc] as const))(`messages of %s (SEED=${SEED})`, (_, desc) => {
  const binary = need(createBinaryEncoder(desc));

  test("are written as protobuf-es writes them, without its help", () => {
    fc.assert(
      fc.property(messages(desc), options, (message, jsonOptions) => {
        const json = need(createJsonEncoder(desc, jsonOptions));
        expect(json(message)?.latin1).toBe(latin1(toJsonString(desc, message, jsonOptions)));
        expect(binary(message)?.latin1).toBe(latin1(toBinary(desc, message)));
      }),
      { numRuns: 300 },
    );
  });

  test("are left to it if something in them is odd, or come out the same", () => {
    const json = need(createJsonEncoder(desc, {}));
    const counts = { left: 0, same: 0 };
    fc.assert(
      fc.property(oddMessages(desc), (message) => {
        for (const [ours, theirs] of [
          [json(message)?.latin1, attempt(() => toJsonString(desc, message))],
          [binary(message)?.latin1, attempt(() => toBinary(desc, message))],
        ]) {
          if (ours !== undefined) expect(ours).toBe(theirs);
          counts[ours === undefined ? "left" : "same"]++;
        }
      }),
      { numRuns: 1_000 },
    );
    expect(counts.left).toBeGreaterThan(20);
    expect(counts.same).toBeGreaterThan(20);
  });
});

const kinds = { json: need(createJsonEncoder(Kinds, {})), binary: need(createBinaryEncoder(Kinds)) };

/** A message that is whatever it is said to be. */
function kindsOf(fields: object): Message {
  return Object.assign(create(Kinds), fields);
}

describe("left to protobuf-es", () => {
  test.each(refused.map((desc) => [desc.typeName, desc] as const))("a type: %s", (_, desc) => {
    expect(createJsonEncoder(desc, {})).toBeUndefined();
    expect(createBinaryEncoder(desc)).toBeUndefined();
  });

  test("options that are not known", () => {
    const pretty: Partial<JsonWriteStringOptions> = { prettySpaces: 2 };
    expect(createJsonEncoder(Kinds, pretty)).toBeUndefined();
    expect(createJsonEncoder(Kinds, { registry })).toBeDefined();
  });

  test("unknown fields in binary, and in JSON if they may be extensions", () => {
    const $unknown = [{ no: 100, wireType: 0, data: new Uint8Array([5]) }];
    const [old] = fc.sample(messages(Old, 0), { numRuns: 1, seed: 1 });
    const message: Message = Object.assign(old ?? kindsOf({}), { $unknown });
    expect(createBinaryEncoder(Old)?.(message)).toBeUndefined();
    expect(createJsonEncoder(Old, { registry })?.(message)).toBeUndefined();
    expect(createJsonEncoder(Old, {})?.(message)?.latin1).toBe(latin1(toJsonString(Old, message)));
    expect(toJsonString(Old, message, { registry })).toContain('"[kinds.old.extra]":5');
  });

  test("a message that contains itself", () => {
    const message = kindsOf({});
    Object.assign(message, { child: message });
    expect(kinds.json(message)).toBeUndefined();
    expect(kinds.binary(message)).toBeUndefined();
  });

  test("everything, while objects inherit what nobody gave them", () => {
    const message = kindsOf({});
    const prototype: object = Object.prototype;
    Object.defineProperty(prototype, "maybe9", { value: "polluted", configurable: true, enumerable: true });
    try {
      expect(kinds.json(message)).toBeUndefined();
      expect(kinds.binary(message)).toBeUndefined();
    } finally {
      Reflect.deleteProperty(prototype, "maybe9");
    }
    expect(kinds.json(message)).toBeDefined();
  });
});

test("every character is quoted as JSON.stringify does it, in short texts and long ones", () => {
  for (let code = 0; code <= 0xffff; code++) {
    const character = String.fromCharCode(code);
    for (const plain9 of [character, `${"x".repeat(20)}${character}`]) {
      const expected = latin1(JSON.stringify({ plain9 }));
      if (kinds.json(kindsOf({ plain9 }))?.latin1 !== expected) expect([code, plain9]).toEqual([]);
    }
  }
});

describe("memory", () => {
  test("grows at any place in a message", () => {
    const huge = kindsOf({ plain9: "x".repeat(300_000) });
    for (let length = 15_900; length < 16_400; length++) {
      const message = kindsOf({
        plain12: new Uint8Array(length),
        colors: [1, 0, -1],
        child: kindsOf({ plain12: new Uint8Array(200).fill(7) }),
      });
      expect(kinds.binary(message)?.latin1).toBe(latin1(toBinary(Kinds, message)));
      expect(kinds.json(message)?.latin1).toBe(latin1(toJsonString(Kinds, message)));
      // So much that it is not kept: the next one starts with little again.
      for (const encoder of [kinds.binary, kinds.json]) expect(encoder(huge)?.byteLength).toBeGreaterThan(300_000);
    }
  });

  test("is not shared by answers", () => {
    const [first, second] = ["a", "b"].map((letter) => kindsOf({ plain9: letter.repeat(20_000) }));
    const encoded = [first, second].map((message) => kinds.json(message ?? kindsOf({})));
    expect(encoded.map((one) => one?.latin1.includes("aaa"))).toEqual([true, false]);
    expect(encoded.map((one) => one?.latin1.includes("bbb"))).toEqual([false, true]);
  });

  test("is not mixed up by an answer that is written while another one is", () => {
    const message = kindsOf({ plain12: new Uint8Array([1]) });
    const inner = kindsOf({ plain9: "inner" });
    for (const encoder of [kinds.json, kinds.binary]) {
      const expected = encoder(inner)?.latin1;
      const seen: unknown[] = [];
      const withGetter = Object.defineProperty(kindsOf({ plain12: new Uint8Array([1]) }), "plain13", {
        enumerable: true,
        get: () => {
          seen.push(encoder(inner)?.latin1);
          return 13;
        },
      });
      expect(encoder(withGetter)?.latin1).toBe(encoder(Object.assign(message, { plain13: 13 }))?.latin1);
      expect(seen).toEqual([expected]);
    }
  });
});
