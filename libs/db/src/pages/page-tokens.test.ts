import { describe, expect, test } from "@jest/globals";
import { DomainError } from "@skyport/errors";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { type CursorValue, PageTokens, pageBinding } from "./page-tokens.ts";

fc.configureGlobal({ seed: seed() });

const tokens = new PageTokens("a secret that has more than thirty-two bytes");
const cursor = fc.array(fc.oneof(fc.bigInt(), fc.string({ unit: "binary" })), { maxLength: 4 });

function reasonOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof DomainError) return `${error.reason} ${error.details.fields?.[0]?.field}`;
    throw error;
  }
  return "accepted";
}

describe("PageTokens", () => {
  test("gives back the cursor, for the same binding only", () => {
    fc.assert(
      fc.property(cursor, fc.string(), fc.string(), (values: readonly CursorValue[], binding, other) => {
        const token = tokens.encode(binding, values);
        expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(tokens.decode(binding, token)).toEqual(values);
        fc.pre(binding !== other);
        expect(reasonOf(() => tokens.decode(other, token))).toBe("PAGE_TOKEN_INVALID page_token");
      }),
    );
  });

  test("refuses a token with any one character changed", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/. ";
    // Three lengths, so that each number of spare bits in the last character occurs.
    for (const values of [[1n], [12n], [123n]]) {
      const token = tokens.encode("list", values);
      for (const [at, right] of [...token].entries()) {
        for (const wrong of alphabet) {
          if (wrong === right) continue;
          const forged = token.slice(0, at) + wrong + token.slice(at + 1);
          expect(reasonOf(() => tokens.decode("list", forged))).toBe("PAGE_TOKEN_INVALID page_token");
        }
      }
    }
  });

  test("refuses a token with any one bit flipped", () => {
    fc.assert(
      fc.property(cursor, fc.nat(), (values, pick) => {
        const bytes = Buffer.from(tokens.encode("list", values), "base64url");
        const bit = pick % (bytes.length * 8);
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(reasonOf(() => tokens.decode("list", bytes.toString("base64url")))).toMatch(/^PAGE_TOKEN_INVALID/);
      }),
    );
  });

  test("refuses tokens of another secret, longer, shorter and empty ones", () => {
    const token = tokens.encode("list", ["a"]);
    const foreign = new PageTokens("b secret that has more than thirty-two bytes").encode("list", ["a"]);
    for (const forged of [foreign, `${token}A`, `${token}AAAA`, token.slice(0, -4), token.slice(0, 20), "A", ""]) {
      expect(reasonOf(() => tokens.decode("list", forged))).toMatch(/^PAGE_TOKEN_INVALID/);
    }
  });

  test("a secret has at least 32 bytes", () => {
    expect(() => new PageTokens("x".repeat(31))).toThrow(/at least 32 bytes/);
    expect(() => new PageTokens("é".repeat(16))).not.toThrow();
  });
});

describe("pageBinding", () => {
  test("tells every part, its type and its absence apart", () => {
    const bindings = [
      pageBinding("a", "b"),
      pageBinding("ab"),
      pageBinding("a", "b", undefined),
      pageBinding("a", undefined, "b"),
      pageBinding("a", "b", ""),
      pageBinding("a", 1),
      pageBinding("a", 1n),
      pageBinding("a", "1"),
      pageBinding('a","string b'),
      pageBinding("a", "undefined"),
    ];
    expect(new Set(bindings).size).toBe(bindings.length);
  });
});
