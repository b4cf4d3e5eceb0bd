import { expect, test } from "@jest/globals";
import { eventually } from "./eventually.ts";

/** Counts its calls. */
function counter(): { next(): number; last: number } {
  return {
    last: 0,
    next() {
      this.last += 1;
      return this.last;
    },
  };
}

test("gives what the condition gave when it first held", async () => {
  const calls = counter();
  expect(await eventually(() => calls.next() === 3 && calls.last, { everyMs: 1 })).toBe(3);
});

test("takes a block of assertions as a condition", async () => {
  const calls = counter();
  await eventually(() => expect(calls.next()).toBe(3), { everyMs: 1 });
  expect(calls.last).toBe(3);
});

test("tells the last failure when the time is up", async () => {
  const calls = counter();
  const failing = (): never => {
    throw new Error(`failure ${calls.next()}`);
  };
  const told = await eventually(failing, { withinMs: 20, everyMs: 1 }).catch((error: Error) => error.message);
  expect(told).toBe(`not within 20 ms; last: failure ${calls.last}`);
});

test("tells of a condition that never held", async () => {
  await expect(eventually(() => false, { withinMs: 5 })).rejects.toThrow("the condition gave false");
});
