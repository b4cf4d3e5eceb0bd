import { expect, test } from "@jest/globals";
import { whenLate } from "./stragglers.ts";

test("what waits is told once, after the event loop has turned; what comes meanwhile waits for the next turn", async () => {
  const events: string[] = [];
  const late = (name: string, then?: () => void) => ({
    late(): void {
      events.push(name);
      then?.();
    },
  });
  whenLate(late("first", () => whenLate(late("third"))));
  whenLate(late("second"));
  await Promise.resolve();
  expect(events).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(events).toEqual(["first", "second"]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(events).toEqual(["first", "second", "third"]);
});
