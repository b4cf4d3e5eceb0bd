import { describe, expect, test } from "@jest/globals";
import { DEFAULT_RETRY_AFTER_MS, DomainError } from "./domain-error.ts";
import { isReason, REASONS, type Reason } from "./registry.ts";

const reasons = Object.keys(REASONS).filter(isReason);

describe("a domain error", () => {
  test("is an Error with a name, a reason and a message", () => {
    const error = new DomainError("OUT_OF_STOCK", "not enough left");
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "DomainError", reason: "OUT_OF_STOCK", message: "not enough left" });
    expect(error.details).toEqual({});
  });

  test("keeps the error that caused it, and has no cause of its own making", () => {
    const cause = new Error("ECONNRESET");
    expect(new DomainError("DATABASE_UNAVAILABLE", "the database is away", { cause }).cause).toBe(cause);
    expect("cause" in new DomainError("INTERNAL", "odd")).toBe(false);
  });

  test.each(reasons)("%s finds its entry in the registry", (reason) => {
    expect(new DomainError(reason, "").spec).toBe(REASONS[reason]);
  });

  test.each(reasons)("%s recommends a delay exactly when a repeat can help", (reason) => {
    const expected = REASONS[reason].retryable ? DEFAULT_RETRY_AFTER_MS : undefined;
    expect(new DomainError(reason, "").retryAfterMs).toBe(expected);
  });

  test("recommends the delay that it was given", () => {
    expect(new DomainError("CONTENTION", "", { retryAfterMs: 30 }).retryAfterMs).toBe(30);
    expect(new DomainError("CONTENTION", "", { retryAfterMs: 0 }).retryAfterMs).toBe(0);
    expect(new DomainError("OUT_OF_STOCK", "", { retryAfterMs: 60_000 }).retryAfterMs).toBe(60_000);
  });
});

describe("a reason from the wire", () => {
  test("is known when the registry has it", () => {
    expect(reasons).toContain("INVALID_FIELDS" satisfies Reason);
    expect(isReason("INVALID_FIELDS")).toBe(true);
  });

  test.each(["", "invalid_fields", "RATE_LIMIT", "toString", "__proto__", "constructor"])("%j is not known", (text) => {
    expect(isReason(text)).toBe(false);
  });
});
