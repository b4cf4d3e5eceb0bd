import { expect, test } from "@jest/globals";
import { createLogger } from "../logging/logger.ts";
import { Readiness, type ReadinessCheck } from "./readiness.ts";

const logger = createLogger({ name: "t", level: "silent" });
const readinessOf = (checks: Record<string, ReadinessCheck>, timeoutMs = 1_000) =>
  new Readiness(checks, { logger, timeoutMs });

test("names every check that fails, in their order", async () => {
  const readiness = readinessOf({
    a: () => Promise.reject(new Error("no")),
    b: () => undefined,
    c: () => {
      throw new Error("no");
    },
  });
  expect(await readiness.check()).toEqual({ ready: false, failing: ["a", "c"] });
});

test("a check that hangs has failed when its time is up", async () => {
  const readiness = readinessOf({ slow: () => new Promise(() => undefined) }, 10);
  expect(await readiness.check()).toEqual({ ready: false, failing: ["slow"] });
});

test("probes at the same time share one run; the next one runs anew", async () => {
  let runs = 0;
  const readiness = readinessOf({ a: async () => void runs++ });
  await Promise.all([readiness.check(), readiness.check(), readiness.check()]);
  expect(runs).toBe(1);
  await readiness.check();
  expect(runs).toBe(2);
});

test("draining is not ready, without a run", async () => {
  const readiness = readinessOf({
    a: () => {
      throw new Error("must not run");
    },
  });
  readiness.drain();
  expect(readiness.draining.aborted).toBe(true);
  expect(await readiness.check()).toEqual({ ready: false, failing: ["draining"] });
});
