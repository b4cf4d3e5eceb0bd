import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { ErrorInfoSchema } from "@skyport/proto";
import { outcomeOf } from "./outcome.ts";

const told = (reason: string, metadata: Record<string, string> = {}): ConnectError =>
  new ConnectError(reason, Code.Unknown, undefined, [
    { desc: ErrorInfoSchema, value: { reason, domain: "skyport", metadata } },
  ]);
const refusedConnection = Object.assign(new Error("no"), { code: "ECONNREFUSED" });
const brokenConnection = Object.assign(new Error("no"), { code: "ECONNRESET" });

describe("what became of an attempt", () => {
  test("that was answered", async () => {
    expect(await outcomeOf(Promise.resolve(1))).toEqual({ kind: "acknowledged", value: 1 });
  });

  test.each([
    ["a decision", told("OUT_OF_STOCK"), "refused"],
    ["a condition that is not met", told("ETAG_MISMATCH"), "refused"],
    ["turned away", told("RATE_LIMITED"), "postponed"],
    ["nobody listened", refusedConnection, "postponed"],
    ["the order may be written down", told("PRODUCT_SERVICE_UNAVAILABLE"), "unknown"],
    ["it was promised that nothing is changed", told("CACHE_UNAVAILABLE"), "postponed"],
    ["it was undone", told("DATABASE_UNAVAILABLE", { outcome: "rolled_back" }), "postponed"],
    ["nothing is promised", told("DATABASE_UNAVAILABLE", { outcome: "unknown" }), "unknown"],
    ["it stands", told("CACHE_UNAVAILABLE", { outcome: "committed" }), "unknown"],
    ["time was up", told("DEADLINE_EXCEEDED"), "unknown"],
    ["the connection broke", brokenConnection, "unknown"],
  ])("%s", async (_, error, kind) => {
    expect(await outcomeOf(Promise.reject(error))).toMatchObject({ kind });
  });
});
