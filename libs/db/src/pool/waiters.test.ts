import { describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { Backoff } from "./backoff.ts";
import { Waiters } from "./waiters.ts";

describe("Waiters", () => {
  test("serves in order of arrival", async () => {
    const waiters = new Waiters<string>();
    const order: string[] = [];
    const all = ["a", "b", "c"].map(async (name) => order.push(`${name}=${await waiters.wait(Deadline.NEVER)}`));
    expect([waiters.handOver("1"), waiters.handOver("2"), waiters.handOver("3"), waiters.handOver("4")]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    await Promise.all(all);
    expect(order).toEqual(["a=1", "b=2", "c=3"]);
  });

  test("forgets a waiter whose deadline has passed: the next one is served", async () => {
    const waiters = new Waiters<string>();
    const late = waiters.wait(Deadline.after(5));
    const patient = waiters.wait(Deadline.after(10_000));
    await expect(late).rejects.toMatchObject({ reason: "DEADLINE_EXCEEDED" });
    expect(waiters.size).toBe(1);
    expect(waiters.handOver("x")).toBe(true);
    expect(await patient).toBe("x");
  });

  test("rejects all at once", async () => {
    const waiters = new Waiters<string>();
    const all = [waiters.wait(Deadline.NEVER), waiters.wait(Deadline.after(10_000))];
    waiters.rejectAll(new Error("gone"));
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(waiters.size).toBe(0);
  });
});

describe("Backoff", () => {
  test("grows to its limit, with at most half of jitter, and begins anew", () => {
    const backoff = new Backoff(10, 1_000);
    const delays = Array.from({ length: 12 }, () => backoff.next());
    for (const [at, delay] of delays.entries()) {
      const step = Math.min(1_000, 10 * 2 ** at);
      expect(delay).toBeGreaterThanOrEqual(step / 2);
      expect(delay).toBeLessThanOrEqual(step);
    }
    backoff.reset();
    expect(backoff.next()).toBeLessThanOrEqual(10);
  });
});
