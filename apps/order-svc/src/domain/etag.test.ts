import { describe, expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { etagMatches, etagOf } from "./etag.ts";

fc.configureGlobal({ seed: seed() });

const revision = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n });

describe("an etag", () => {
  test("matches exactly the revision that it is of", () => {
    fc.assert(
      fc.property(revision, revision, (one, other) => {
        expect(etagMatches(etagOf(one), one)).toBe(true);
        expect(etagMatches(etagOf(one), other)).toBe(one === other);
      }),
    );
  });

  test("matches any revision when it is empty", () => {
    fc.assert(fc.property(revision, (any) => expect(etagMatches("", any)).toBe(true)));
  });

  test.each(["0", " 1", "1 ", "01", "Z", "1.0", "nonsense"])("%j of a caller's own making does not match", (etag) => {
    expect(etagMatches(etag, 1n)).toBe(false);
  });
});
