import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { frameOf } from "../core/encoded.ts";
import { FrameReader } from "./frame-reader.ts";

// A failure prints its seed.
const { SEED } = process.env;
if (SEED !== undefined && SEED !== "") fc.configureGlobal({ seed: Number(SEED) });

const MAX_BYTES = 100;

/** What a reader makes of these chunks: a text, nothing, or an error's code. */
function read(chunks: readonly Uint8Array[]): string | undefined | Code {
  const reader = new FrameReader((bytes) => Buffer.from(bytes).toString("latin1"), MAX_BYTES);
  try {
    for (const chunk of chunks) reader.read(Buffer.from(chunk));
    return reader.end();
  } catch (error) {
    return ConnectError.from(error).code;
  }
}

/** The same bytes in pieces that end at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % bytes.byteLength)), bytes.byteLength].toSorted(
    (a, b) => a - b,
  );
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

const frame = (text: string, flags = 0): Buffer => Buffer.from(frameOf(Buffer.from(text, "latin1"), flags));

test("a message is read, however it is cut", () => {
  fc.assert(
    fc.property(fc.nat(MAX_BYTES), fc.array(fc.nat()), (length, places) => {
      const text = "x".repeat(length);
      expect(read(cut(frame(text), places))).toBe(text);
    }),
  );
});

test.each([
  ["nothing", Buffer.alloc(0), undefined],
  ["a part of a head", frame("a").subarray(0, 4), Code.InvalidArgument],
  ["a head alone, which Connect takes for nothing", frame("a").subarray(0, 5), undefined],
  ["less than the head says", frame("ab").subarray(0, 6), Code.InvalidArgument],
  ["two messages", Buffer.concat([frame("a"), frame("")]), Code.Unimplemented],
  ["a compressed message", frame("a", 1), Code.Internal],
  ["flags that mean nothing", frame("a", 0xfe), "a"],
  ["the largest message", frame("x".repeat(MAX_BYTES)), "x".repeat(MAX_BYTES)],
  ["one above it", frame("x".repeat(MAX_BYTES + 1)), Code.ResourceExhausted],
  ["the head of one above it", frame("x".repeat(MAX_BYTES + 1)).subarray(0, 5), Code.ResourceExhausted],
])("%s, in one piece and byte by byte", (_, bytes, outcome) => {
  expect(read([bytes])).toBe(outcome);
  expect(read([...bytes].map((byte) => Buffer.of(byte)))).toBe(outcome);
});

test("what is decoded has memory of its own", () => {
  const sizes: unknown[] = [];
  const reader = new FrameReader((bytes) => sizes.push(bytes.buffer.byteLength, bytes.constructor), MAX_BYTES);
  reader.read(Buffer.concat([frame("ab"), Buffer.alloc(3)]));
  expect(sizes).toEqual([2, Uint8Array]);
});
