import { describe, expect, test } from "@jest/globals";
import { DomainError } from "@skyport/errors";
import { resultOf } from "./write-result.ts";

const failing = (error: unknown) => resultOf(() => Promise.reject(error));

describe("what a failed write may have done", () => {
  test.each([
    [new DomainError("CACHE_UNAVAILABLE", "x"), "refused"],
    [new DomainError("CACHE_UNAVAILABLE", "x", { metadata: { outcome: "committed" } }), "committed"],
    [new DomainError("CACHE_UNAVAILABLE", "x", { metadata: { outcome: "unknown" } }), "unknown"],
    [new DomainError("DATABASE_UNAVAILABLE", "x", { metadata: { outcome: "rolled_back" } }), "refused"],
    [new DomainError("DATABASE_UNAVAILABLE", "x", { metadata: { outcome: "unknown" } }), "unknown"],
    [new DomainError("CONTENTION", "x"), "refused"],
  ])("%p: %s", async (error, outcome) => {
    expect(await failing(error)).toEqual({ outcome, reason: error.reason });
  });

  test("nothing is certain about any other error", async () => {
    expect(await failing(new TypeError("x"))).toEqual({ outcome: "unknown", reason: "TypeError" });
    expect(await failing(new DomainError("DEADLINE_EXCEEDED", "x"))).toMatchObject({ outcome: "unknown" });
  });
});
