import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { redisAvailable, seed } from "@skyport/testing";
import type { ChaosReport } from "../src/service/tally.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** The most telling ones; those that empty the cache share a round, since each costs its quarantine. */
const FIRST = "postgres-link-slow+redis-link-one-way-down,postgres-kill+redis-flush,instance-kill+worker-kill";
/** While these last, rounds with random faults follow. */
const MINUTES = 0.2;

const suite = (await redisAvailable()) ? test : test.skip;

/** The report of a run, and what it told a person. */
function chaos(...args: readonly string[]): Promise<{ readonly report: ChaosReport; readonly told: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_OPTIONS: "" };
    execFile(process.execPath, [MAIN, "--json", ...args], { env }, (error, output, told) => {
      if (output === "") reject(new Error(told, { cause: error }));
      else resolve({ report: JSON.parse(output), told });
    });
  });
}

suite("real services serve nothing stale while they, their servers and their links are broken", async () => {
  const from = seed();
  const args = ["--seed", String(from), "--instances", "2", "--workers", "2", "--first", FIRST];
  const { report, told } = await chaos(...args, "--minutes", String(MINUTES));
  expect(told).toContain(`seed ${from}`);
  expect(report.problems).toEqual([]);
  expect(report.findings).toEqual([]);
  expect(report.violations).toBe(0);
  for (const name of FIRST.split(/[,+]/)) expect(report.faults[name]?.injected).toBeGreaterThan(0);
  // There was something to judge: reads, most of them hits, and writes that came through.
  expect(report.reads).toBeGreaterThan(1_000);
  expect(report.loads).toBeGreaterThan(0);
  expect(report.loads).toBeLessThan(report.reads / 2);
  expect(report.acknowledged).toBeGreaterThan(50);
}, 150_000);
