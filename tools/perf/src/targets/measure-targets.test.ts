import { expect, test } from "@jest/globals";
import { measureTargets } from "./measure-targets.ts";
import type { Target } from "./target.ts";

const BUDGET = { rounds: 1, seconds: 1, warmUpSeconds: 0 };

function target(name: string, measure: Target["measure"]): Target {
  return { name, wanted: ">= 1", measure };
}

test("a target that cannot be measured is told, and does not keep the next one from it", async () => {
  const shares: number[] = [];
  const targets = [
    target("broken", () => Promise.reject(new Error("no server"))),
    target("fine", async (_, progress) => {
      progress.show(0.5, "half");
      return { value: 2, met: true, noise: 0.01, detail: "2 of 1" };
    }),
  ];
  const rows = await measureTargets(targets, BUDGET, { show: (share) => shares.push(share) });
  expect(rows).toMatchObject([
    { name: "broken", met: undefined, detail: "could not be measured: no server" },
    { name: "fine", wanted: ">= 1", met: true, value: 2 },
  ]);
  expect(shares).toEqual([0.75]);
});
