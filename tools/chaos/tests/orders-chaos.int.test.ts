import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { redisAvailable, seed } from "@skyport/testing";
import { POINTS } from "../src/orders/points/index.ts";
import type { OrdersReport } from "../src/orders/tally.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** Each named point once, and some at any moment. */
const CYCLES = 14;

const suite = (await redisAvailable()) ? test : test.skip;

/** The report of a run, and what it told a person. */
function chaos(...args: readonly string[]): Promise<{ readonly report: OrdersReport; readonly told: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_OPTIONS: "" };
    execFile(process.execPath, [MAIN, "--orders", "--json", ...args], { env }, (error, output, told) => {
      if (output === "") reject(new Error(told, { cause: error }));
      else resolve({ report: JSON.parse(output), told });
    });
  });
}

suite("no order is lost and no stock reserved twice while services are killed in the middle of orders", async () => {
  const from = seed();
  const { report, told } = await chaos("--cycles", String(CYCLES), "--seed", String(from));
  expect(told).toContain(`seed ${from}`);
  expect(report.problems).toEqual([]);
  expect(report.findings).toEqual([]);
  expect(report.violations).toBe(0);
  expect(report.cycles).toBe(CYCLES);
  // There was something to judge.
  expect(report.cleanAudits).toBe(1);
  expect(report.acknowledged).toBeGreaterThan(20);
  expect(report.ordersChecked).toBeGreaterThan(10);
  const places = Object.keys(report.kills);
  for (const { name } of POINTS) expect(places).toContainEqual(expect.stringContaining(name));
}, 600_000);
