import { describe, expect, test } from "@jest/globals";
import { type Failure, outcomeOf } from "./failure.ts";

const told = (reason: string, outcome?: string): Failure => ({ reason, typed: true, outcome });
const untold = (reason: string): Failure => ({ reason, typed: false, outcome: undefined });

describe("what became of a write that failed", () => {
  test.each([
    ["nothing was done", told("ETAG_MISMATCH"), "refused"],
    ["nothing was done without the cache", told("CACHE_UNAVAILABLE"), "refused"],
    ["it stands, unseen", told("CACHE_UNAVAILABLE", "committed"), "committed"],
    ["nobody knows", told("CACHE_UNAVAILABLE", "unknown"), "unknown"],
    ["the database was away", told("DATABASE_UNAVAILABLE"), "refused"],
    ["the database undid it", told("DATABASE_UNAVAILABLE", "rolled_back"), "refused"],
    ["the database was lost in COMMIT", told("DATABASE_UNAVAILABLE", "unknown"), "unknown"],
    ["an outcome of a later version", told("DATABASE_UNAVAILABLE", "half"), "unknown"],
    ["time was up", told("DEADLINE_EXCEEDED"), "unknown"],
    ["a fault", told("INTERNAL"), "unknown"],
    ["nobody listened", untold("ECONNREFUSED"), "refused"],
    ["the connection broke", untold("ECONNRESET"), "unknown"],
    ["the caller lost patience", untold("client Canceled"), "unknown"],
    ["a word that a service would use, from elsewhere", untold("ETAG_MISMATCH"), "unknown"],
  ])("%s", (_, failure, outcome) => {
    expect(outcomeOf(failure)).toBe(outcome);
  });
});
