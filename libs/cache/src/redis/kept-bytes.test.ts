import { expect, test } from "@jest/globals";
import { KeptBytes } from "./kept-bytes.ts";

const bytes = (text: string) => Buffer.from(text);

test("bytes that are the same come back as one object, others as they are", () => {
  const kept = new KeptBytes({ maxEntries: 10, maxBytes: 1_000 });
  const first = kept.same("k", bytes("aa"));
  expect(first.toString()).toBe("aa");
  expect(kept.same("k", bytes("aa"))).toBe(first);
  const second = kept.same("k", bytes("ab"));
  expect(second.toString()).toBe("ab");
  expect(kept.same("k", bytes("abc")).toString()).toBe("abc");
  expect(kept.same("k", bytes("aa"))).not.toBe(first);
  expect(kept.same("other", bytes("aa")).toString()).toBe("aa");
});

test("nothing of what came over the socket beside them is held", () => {
  const chunk = Buffer.alloc(64 * 1024, "x");
  const kept = new KeptBytes({ maxEntries: 10, maxBytes: 1_000 }).same("k", chunk.subarray(10, 20));
  expect(kept.buffer.byteLength).toBe(10);
});

test("their number and their bytes are bounded, and those that were used last stay", () => {
  const few = new KeptBytes({ maxEntries: 2, maxBytes: 1_000 });
  const a = few.same("a", bytes("1"));
  few.same("b", bytes("2"));
  expect(few.same("a", bytes("1"))).toBe(a);
  few.same("c", bytes("3"));
  expect(few.size).toBe(2);
  expect(few.same("a", bytes("1"))).toBe(a);
  const small = new KeptBytes({ maxEntries: 100, maxBytes: 50 });
  for (let n = 0; n < 10; n += 1) small.same(`k${n}`, bytes("0123456789"));
  expect(small.size).toBe(3);
  expect(small.same("large", Buffer.alloc(1_000)).byteLength).toBe(1_000);
});

test("none are kept where there is no room for any", () => {
  for (const bounds of [
    { maxEntries: 0, maxBytes: 100 },
    { maxEntries: 10, maxBytes: 0 },
  ]) {
    const kept = new KeptBytes(bounds);
    expect(kept.same("k", bytes("a"))).not.toBe(kept.same("k", bytes("a")));
    expect(kept.size).toBe(0);
  }
});
