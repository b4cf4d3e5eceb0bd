import { describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { databaseUnavailable } from "@skyport/errors";
import type { Session } from "./session.ts";
import { type CommitOutcome, settleByStatus } from "./settle.ts";

const identity = { xid: 7n, timeline: "00000001" };

/** A server whose answers are given one after the other; an Error is thrown. */
function settle(...answers: readonly (Error | { status: string | null; timeline: string })[]): Promise<CommitOutcome> {
  const left = [...answers];
  const session = {
    run: async () => {
      const next = left.shift();
      if (next === undefined || next instanceof Error) throw next ?? new Error("asked too often");
      return [next];
    },
  };
  return settleByStatus(
    // The statement and its types do not matter here.
    (_, body) => body(session as unknown as Session),
    identity,
    Deadline.after(5_000),
    new AbortController().signal,
  );
}

describe("settleByStatus", () => {
  test("asks until the transaction has ended, through failures", async () => {
    const running = { status: "in progress", timeline: "00000001" };
    const away = databaseUnavailable();
    expect(await settle(running, away, running, { status: "committed", timeline: "00000001" })).toBe("committed");
    expect(await settle({ status: "aborted", timeline: "00000001" })).toBe("rolled_back");
  });

  test("after a failover the same number may be another transaction: nobody can tell", async () => {
    await expect(settle({ status: "committed", timeline: "00000002" })).rejects.toMatchObject({
      reason: "DATABASE_UNAVAILABLE",
      details: { metadata: { outcome: "unknown" } },
    });
  });

  test("an id that the server has forgotten cannot be told either", async () => {
    await expect(settle({ status: null, timeline: "00000001" })).rejects.toMatchObject({
      details: { metadata: { outcome: "unknown" } },
    });
  });
});
