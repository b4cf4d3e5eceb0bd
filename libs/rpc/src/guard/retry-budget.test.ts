import { expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { RetryBudget } from "./retry-budget.ts";

fc.configureGlobal({ seed: seed() });

test("whatever comes in whatever order, retries are at most the reserve and their share of the calls", () => {
  const events = fc.array(fc.boolean(), { maxLength: 2_000 });
  const ratio = fc.integer({ min: 1, max: 20 }).map((twentieths) => twentieths / 20);
  fc.assert(
    fc.property(events, ratio, fc.integer({ min: 1, max: 20 }), (retries, share, reserve) => {
      const budget = new RetryBudget({ ratio: share, reserve });
      let [calls, granted] = [0, 0];
      for (const isRetry of retries) {
        if (!isRetry) {
          budget.deposit();
          calls += 1;
        } else if (budget.withdraw()) granted += 1;
        expect(granted).toBeLessThanOrEqual(reserve + share * calls + 1e-6);
      }
    }),
    { numRuns: 50 },
  );
});

test("what is not used is saved up, but no more than the reserve", () => {
  const budget = new RetryBudget({ ratio: 0.5, reserve: 2 });
  for (let call = 0; call < 100; call++) budget.deposit();
  expect([1, 2, 3].map(() => budget.withdraw())).toEqual([true, true, false]);
  budget.deposit();
  expect(budget.withdraw()).toBe(false);
  budget.deposit();
  expect(budget.withdraw()).toBe(true);
});
