import { expect, test } from "@jest/globals";
import { intend, prune, release, type Slot } from "./slot.ts";

const value: Slot = { state: "value", value: { bytes: Buffer.from("V"), ttlMs: 1 } };
const writing = (contended: boolean, deadlines: Record<string, number>): Slot => ({
  state: "writing",
  contended,
  deadlines: new Map(Object.entries(deadlines)),
});

test("prune removes intents at their deadline, and an entry without any", () => {
  expect(prune(writing(true, { a: 10, b: 11 }), 10)).toEqual(writing(true, { b: 11 }));
  expect(prune(writing(true, { a: 10 }), 10)).toBeUndefined();
  expect(prune(value, 10)).toBe(value);
});

test("an intent replaces whatever was there", () => {
  const lease: Slot = { state: "lease", token: "r" };
  for (const before of [undefined, value, lease])
    expect(intend(before, "a", 20, 10, false)).toEqual(writing(false, { a: 20 }));
});

test("a second intent contends, a renewed one and one after an ended one do not", () => {
  expect(intend(writing(false, { a: 20 }), "b", 30, 10, false)).toEqual(writing(true, { a: 20, b: 30 }));
  expect(intend(writing(false, { a: 20 }), "a", 30, 10, false)).toEqual(writing(false, { a: 30 }));
  expect(intend(writing(true, { a: 20 }), "b", 40, 30, false)).toEqual(writing(false, { b: 40 }));
  expect(intend(writing(true, { a: 20 }), "a", 30, 10, false)).toEqual(writing(true, { a: 30 }));
});

test("a release of an intent that has ended is one of an intent that is missing", () => {
  const offer = { bytes: Buffer.from("V"), ttlMs: 1 };
  expect(release(writing(false, { a: 10 }), "a", offer, 9).slot).toEqual({ state: "value", value: offer });
  expect(release(writing(false, { a: 10 }), "a", offer, 10).slot).toBeUndefined();
  expect(release(writing(false, { a: 10, b: 20 }), "a", offer, 10)).toEqual({
    slot: writing(true, { b: 20 }),
    contended: true,
  });
});

test("an intent that comes in quarantine contends, whoever else is there", () => {
  for (const before of [undefined, value, writing(false, { a: 20 })])
    expect(intend(before, "a", 20, 10, true)).toEqual(writing(true, { a: 20 }));
});
