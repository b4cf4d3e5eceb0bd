import { describe, expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { newId } from "./new-id.ts";

fc.configureGlobal({ seed: seed() });

/** RFC 9562, section 5.7: 48 bits of milliseconds, version 7, 12 bits, variant 10, 62 bits. */
const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const moment = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe("a new id", () => {
  test("has the layout of a UUID of version 7, and begins with its time", () => {
    fc.assert(
      fc.property(moment, (ms) => {
        const id = newId(ms);
        expect(id).toMatch(V7);
        expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(ms);
      }),
    );
  });

  test("sorts after every id of an earlier millisecond", () => {
    fc.assert(
      fc.property(fc.uniqueArray(moment, { minLength: 2, maxLength: 2 }), (moments) => {
        const [earlier = 0, later = 0] = moments.toSorted((a, b) => a - b);
        expect(newId(earlier) < newId(later)).toBe(true);
      }),
    );
  });

  test("is of now by default", () => {
    const before = Date.now();
    const id = newId();
    expect(id >= newId(before).slice(0, 13)).toBe(true);
    expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBeLessThanOrEqual(Date.now());
  });

  test("differs from every other of the same millisecond", () => {
    expect(new Set(Array.from({ length: 10_000 }, () => newId(0))).size).toBe(10_000);
  });
});
