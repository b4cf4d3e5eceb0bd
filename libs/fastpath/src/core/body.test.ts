import { Readable } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import { readBody } from "./body.ts";

/** Feeds the chunks one by one, ends, and tells what was delivered, in order. */
async function read(chunks: readonly string[], length: number, maxBytes = 10): Promise<string[]> {
  const stream = new Readable({ read: () => undefined });
  const events: string[] = [];
  readBody(stream, length, maxBytes, {
    body: (bytes) => events.push(`body ${Buffer.from(bytes).toString()}`),
    bodyFailed: (error) => events.push(error.rawMessage),
  });
  for (const chunk of chunks) {
    stream.push(chunk);
    await new Promise((resolve) => setImmediate(resolve));
    events.push(`after ${chunk}`);
  }
  stream.push(null);
  await new Promise((resolve) => setImmediate(resolve));
  return events;
}

describe("a body", () => {
  test("of a declared length is handed over with its last byte", async () => {
    expect(await read(["ab"], 2)).toEqual(["body ab", "after ab"]);
    expect(await read(["a", "b", "c"], 3)).toEqual(["after a", "after b", "body abc", "after c"]);
  });

  test("of no declared length is handed over at its end", async () => {
    expect(await read(["a", "b"], -1)).toEqual(["after a", "after b", "body ab"]);
    expect(await read([], -1)).toEqual(["body "]);
  });

  test("that is empty is a body", async () => {
    expect(await read([], 0)).toEqual(["body "]);
  });

  test("up to the limit is read, and not a byte more; what follows is thrown away", async () => {
    expect(await read(["12345", "67890"], -1)).toEqual(["after 12345", "after 67890", "body 1234567890"]);
    const refused = "message size is larger than configured readMaxBytes 10";
    expect(await read(["12345", "678901", "2"], -1)).toEqual(["after 12345", refused, "after 678901", "after 2"]);
  });

  test("whose declared length is above the limit is not read at all", async () => {
    const refused = "message size 11 is larger than configured readMaxBytes 10";
    expect(await read(["1"], 11)).toEqual([refused, "after 1"]);
  });
});
