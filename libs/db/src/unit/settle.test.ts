import { describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { databaseUnavailable } from "@skyport/errors";
import type { Session } from "./session.ts";
import { type CommitOutcome, judge, settleByStatus, type XactStatus } from "./settle.ts";

const identity = { xid: 7n, epoch: "life 1" };
const said = (status: string | null, epoch = "life 1", given = true): XactStatus => ({ status, epoch, given });

describe("judge", () => {
  test("in the life of the server in which the id was given out, it says how the transaction ended", () => {
    expect(judge(identity, said("committed"))).toBe("committed");
    expect(judge(identity, said("aborted"))).toBe("rolled_back");
    expect(judge(identity, said("in progress"))).toBeUndefined();
    expect(judge(identity, said(null))).toBe("unknown");
  });

  test("after a crash or a failover the id may be another's: only what says that ours is gone counts", () => {
    expect(judge(identity, said("committed", "life 2"))).toBe("unknown");
    expect(judge(identity, said("aborted", "life 2"))).toBe("rolled_back");
    expect(judge(identity, said("in progress", "life 2"))).toBe("rolled_back");
    expect(judge(identity, said(null, "life 2", false))).toBe("rolled_back");
    expect(judge(identity, said(null, "life 2", true))).toBe("unknown");
  });
});

/** A server whose answers are given one after the other; an Error is thrown. */
function settle(...answers: readonly (Error | XactStatus)[]): Promise<CommitOutcome> {
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
    const running = said("in progress");
    expect(await settle(running, databaseUnavailable(), running, said("committed"))).toBe("committed");
    expect(await settle(said("aborted"))).toBe("rolled_back");
  });

  test("gives up where nobody can tell", async () => {
    await expect(settle(said("committed", "life 2"))).rejects.toMatchObject({
      reason: "DATABASE_UNAVAILABLE",
      details: { metadata: { outcome: "unknown" } },
    });
  });
});
