import { describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { leaveRoom } from "./leave-room.ts";

/** How much earlier the peer's deadline is than the caller's, in milliseconds. */
function roomFor(callerMs: number, ms: number): number {
  const deadline = Deadline.after(callerMs);
  const peer = leaveRoom({ deadline }, ms).deadline;
  return Math.round(deadline.remainingMs - peer.remainingMs);
}

describe("what is left of a call's time for its answer", () => {
  test("is as much as was asked for", () => {
    expect(roomFor(60_000, 500)).toBe(500);
  });

  test("is a quarter of the time at most", () => {
    expect(roomFor(1_000, 500)).toBe(250);
    expect(roomFor(0, 500)).toBe(0);
  });

  test("changes nothing where there is no limit", () => {
    expect(leaveRoom({ deadline: Deadline.NEVER }, 500).deadline.remainingMs).toBe(Number.POSITIVE_INFINITY);
  });

  test("goes with the caller's id, where there is one", () => {
    expect(leaveRoom({ deadline: Deadline.NEVER, id: "call" }, 500).id).toBe("call");
    expect("id" in leaveRoom({ deadline: Deadline.NEVER }, 500)).toBe(false);
  });
});
