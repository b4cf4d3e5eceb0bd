import { describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { eventually } from "@skyport/testing";
import { Bulkhead, BulkheadFull } from "./bulkhead.ts";

/** Work that ends when the test says so. */
function works(bulkhead: Bulkhead, deadline: Deadline = Deadline.NEVER) {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  return {
    begun,
    begin(name: number): Promise<number> {
      const { promise, resolve } = Promise.withResolvers<void>();
      ends[name] = resolve;
      return bulkhead.run(deadline, async () => {
        begun.push(name);
        await promise;
        return name;
      });
    },
    end: (name: number) => ends[name]?.(),
  };
}

describe("a bulkhead", () => {
  test("runs so many at a time, and the others in the order of their arrival", async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 2 });
    const { begun, begin, end } = works(bulkhead);
    const done = [0, 1, 2, 3].map((name) => begin(name));
    expect([begun, bulkhead.running, bulkhead.waiting]).toEqual([[0, 1], 2, 2]);
    end(1);
    expect(await done[1]).toBe(1);
    await eventually(() => begun.length === 3);
    expect(begun).toEqual([0, 1, 2]);
    for (const name of [0, 2, 3]) end(name);
    expect(await Promise.all(done)).toEqual([0, 1, 2, 3]);
    expect([bulkhead.running, bulkhead.waiting]).toEqual([0, 0]);
  });

  test("refuses one more than may wait", async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxWaiting: 1 });
    const { begin, end } = works(bulkhead);
    const done = [begin(0), begin(1)];
    await expect(begin(2)).rejects.toThrow(BulkheadFull);
    for (const name of [0, 1]) end(name);
    await Promise.all(done);
    const later = begin(3);
    end(3);
    expect(await later).toBe(3);
  });

  test("keeps nobody beyond its deadline, and runs nothing for those who have gone", async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1 });
    const { begin, end } = works(bulkhead);
    const first = begin(0);
    const hasty = works(bulkhead, Deadline.after(5));
    await expect(hasty.begin(1)).rejects.toMatchObject({ reason: "DEADLINE_EXCEEDED" });
    end(0);
    await first;
    expect([hasty.begun, bulkhead.running, bulkhead.waiting]).toEqual([[], 0, 0]);
  });

  test("gives the place of work that failed to the next", async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1 });
    const failing = bulkhead.run(Deadline.NEVER, () => Promise.reject(new Error("no")));
    const next = bulkhead.run(Deadline.NEVER, async () => "next");
    await expect(failing).rejects.toThrow("no");
    expect([await next, bulkhead.running]).toEqual(["next", 0]);
  });

  test("refuses all who wait, and lets go on what runs", async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1 });
    const { begin, end } = works(bulkhead);
    const first = begin(0);
    const waiting = [begin(1), begin(2)].map((work) => work.catch((error: unknown) => error));
    const reason = new Error("closed for now");
    bulkhead.refuseWaiting(reason);
    expect(await Promise.all(waiting)).toEqual([reason, reason]);
    end(0);
    expect(await first).toBe(0);
  });
});
