import { expect, test } from "@jest/globals";
import { anIntention } from "../tests/support/seen.ts";
import { measureLag } from "./lag.ts";
import type { IntentionSeen } from "./seen.ts";

const NOW = 1_000_000;

const ago = (ms: number): bigint => BigInt(NOW - ms) * 1_000n;

async function lagOf(...intentions: readonly IntentionSeen[]) {
  async function* openIntentions(): AsyncGenerator<IntentionSeen> {
    yield* intentions;
  }
  return measureLag({ openIntentions }, NOW);
}

test("what is open for a moment is not late", async () => {
  expect(await lagOf(anIntention("x", { createTime: ago(3_000) }))).toEqual({ open: 1, overdue: 0, oldest: [] });
});

test("what is open for long is late, and so is what the recovery loop had to try", async () => {
  const { open, overdue, oldest } = await lagOf(
    anIntention("old", { createTime: ago(60_000), deadline: ago(30_000) }),
    anIntention("tried", { createTime: ago(3_000), attempts: 1, deadline: ago(-27_000) }),
    anIntention("new", { createTime: ago(10) }),
  );
  expect({ open, overdue }).toEqual({ open: 3, overdue: 2 });
  expect(oldest).toMatchObject([
    { orderId: "old", ageMs: 60_000, isPastDeadline: true },
    { orderId: "tried", ageMs: 3_000, isPastDeadline: false },
  ]);
});

test("only the oldest are told", async () => {
  const late = Array.from({ length: 30 }, (_, n) => anIntention(`${n}`, { createTime: ago(60_000 - n) }));
  const { overdue, oldest } = await lagOf(...late);
  expect(overdue).toBe(30);
  expect(oldest.map((intention) => intention.orderId)).toEqual(late.slice(0, 10).map((intention) => intention.orderId));
});
