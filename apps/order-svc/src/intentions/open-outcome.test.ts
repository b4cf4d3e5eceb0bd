import { describe, expect, test } from "@jest/globals";
import { DomainError, databaseUnavailable } from "@skyport/errors";
import { withOpenOutcome } from "./open-outcome.ts";

const outcomeOf = (error: unknown): unknown =>
  error instanceof DomainError ? error.details.metadata?.["outcome"] : undefined;

const failed = (reason: "CACHE_UNAVAILABLE" | "DATABASE_UNAVAILABLE", metadata: Readonly<Record<string, string>>) =>
  new DomainError(reason, "away", { metadata });

describe("after a wish is written down", () => {
  test.each([
    ["nothing is said of the outcome", failed("CACHE_UNAVAILABLE", {})],
    ["the last step was undone", failed("DATABASE_UNAVAILABLE", { outcome: "rolled_back" })],
    ["there are no details", databaseUnavailable()],
    ["somebody else was there first", new DomainError("CONTENTION", "a deadlock")],
  ])("an error in which %s tells that the outcome is open", (_, error) => {
    const told = withOpenOutcome(error);
    expect(outcomeOf(told)).toBe("unknown");
    expect(told).toMatchObject({ reason: error.reason, message: error.message, cause: error });
  });

  test.each([
    ["a change that stands", failed("CACHE_UNAVAILABLE", { outcome: "committed" })],
    ["a refusal", new DomainError("OUT_OF_STOCK", "no")],
    ["a fault", new TypeError("no")],
  ])("an error about %s stays as it is", (_, error) => {
    expect(withOpenOutcome(error)).toBe(error);
  });
});
