import { requestHeader } from "@connectrpc/connect/protocol-grpc";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { requestHeaders } from "./request-headers.ts";

// A failure prints its seed.
const { SEED } = process.env;
if (SEED !== undefined && SEED !== "") fc.configureGlobal({ seed: Number(SEED) });

/** The outcome, or that there is none. */
function outcome(make: () => object): unknown {
  try {
    return { ...make() };
  } catch (error) {
    return error instanceof TypeError ? "TypeError" : error;
  }
}

const name = fc.oneof(
  fc.constantFrom(
    "x-request-id",
    "X-Request-ID",
    "user-agent",
    "te",
    "grpc-timeout",
    "content-type",
    "a b",
    "",
    ":path",
  ),
  fc.string({ maxLength: 4 }),
);
const value = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", " a ", "a\tb", "a\r\nb", "\u00e9"),
);

describe("the headers of a call", () => {
  test("are those of Connect's client, whatever the caller gives", () => {
    fc.assert(
      fc.property(
        fc.dictionary(name, value, { maxKeys: 4 }),
        fc.option(fc.integer({ min: 1, max: 99_999_999 })),
        (given, ms) => {
          const timeoutMs = ms ?? undefined;
          const theirs = outcome(() => Object.fromEntries(requestHeader(true, timeoutMs, given)));
          expect(outcome(() => requestHeaders(given, timeoutMs))).toEqual(theirs);
        },
      ),
    );
  });

  test.each([
    ["Headers", new Headers({ "X-A": "b" })],
    ["pairs", [["X-A", "b"]] as [string, string][]],
  ])("may come as %s", (_, given) => {
    expect(requestHeaders(given, undefined)).toMatchObject({ "x-a": "b", te: "trailers" });
  });
});

describe("a timeout is a whole number of at most eight digits", () => {
  test.each([
    [0.5, "1m"],
    [1.2, "2m"],
    [99_999_999, "99999999m"],
    [100_000_000, "100000S"],
    [100_000_001, "100001S"],
    [Number.MAX_VALUE, "99999999S"],
  ])("%d ms: %s", (timeoutMs, text) => {
    expect(requestHeaders(undefined, timeoutMs)).toMatchObject({ "grpc-timeout": text });
  });
});
