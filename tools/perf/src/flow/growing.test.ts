import { expect, test } from "@jest/globals";
import { addedPerSecond, growing } from "./growing.ts";
import { windowOf } from "./measure-flow.ts";

test("a time-lapse adds what the flow does not make by itself", () => {
  expect(addedPerSecond({ perSecond: 70, seconds: 120, standsFor: 1_200 })).toBe(630);
  expect(addedPerSecond({ perSecond: 70, seconds: 120, standsFor: 120 })).toBe(0);
  expect(addedPerSecond({ perSecond: 70, seconds: 120, standsFor: 60 })).toBe(0);
});

test("its minute is as much shorter", () => {
  const plan = { clients: 4, warmUpSeconds: 1, grows: "steadily" as const };
  expect(windowOf({ ...plan, seconds: 120, standsFor: 1_200 })).toBe(6);
  expect(windowOf({ ...plan, seconds: 20, standsFor: 1_200 })).toBe(2);
  expect(windowOf({ ...plan, seconds: 9, standsFor: 1_200, grows: "at once" })).toBe(4);
});

test("growing ends when it is told to, and tells what went wrong", async () => {
  const begun = Promise.withResolvers<void>();
  const grower = growing({ perSecond: 1, seconds: 1, standsFor: 6 }, async (count) => {
    begun.resolve();
    throw new Error(`no room for ${count}`);
  });
  await begun.promise;
  await expect(grower[Symbol.asyncDispose]()).rejects.toThrow("no room for 5");
});
