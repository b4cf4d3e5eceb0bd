import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { etagOf, revisionOf } from "./etag.ts";

const anyRevision = fc.bigInt({ min: 1n, max: 2n ** 62n });

test("an etag leads back to its revision, and to no other", () => {
  fc.assert(
    fc.property(anyRevision, (revision) => {
      expect(revisionOf(etagOf(revision))).toBe(revision);
    }),
  );
});

test("the empty etag asks for no comparison", () => {
  expect(revisionOf("")).toBeUndefined();
});

test.each([" ", "0x1", "A", "-1", "01", "1 ", "é", "\u0000", "z".repeat(64), "1.5", "9223372036854775808"])(
  "%j stands for a revision that no row has",
  (etag) => {
    const revision = revisionOf(etag);
    expect(revision === undefined || revision <= 2n ** 63n - 1n).toBe(true);
    expect(revision).toBeDefined();
  },
);

test("no text is an etag twice: only what etagOf writes is taken", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      const revision = revisionOf(text);
      expect(revision === -1n || etagOf(revision ?? -1n) === text).toBe(true);
    }),
  );
});
