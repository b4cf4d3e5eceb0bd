import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { requireFlow, runFlow } from "../src/flow/flow.ts";
import { startNaive } from "../src/naive/start-naive.ts";
import { countStatements, explainAll } from "../src/parts/statements.ts";
import { allScenarios } from "../src/scenarios/all.ts";
import { HOT_GET } from "../src/scenarios/reads.ts";
import { ScenarioRunner } from "../src/scenarios/runner.ts";
import { ROOT } from "../src/stage/program.ts";
import { addProducts } from "../src/stage/seed.ts";
import type { Shop } from "../src/stage/shop.ts";
import { databaseName } from "../src/stage/sql.ts";
import { Stage } from "../src/stage/stage.ts";

const ROWS = 200;
const SILENT = { show: () => undefined };

const resources = new AsyncDisposableStack();
let stage: Stage;
let shop: Shop;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "skyport-perf-"));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  stage = resources.use(await Stage.open(folder));
  shop = await stage.shop(ROWS, SILENT);
}, 120_000);
afterAll(() => resources.disposeAsync(), 60_000);

function audit(): Promise<{ stdout: string }> {
  const env = { ...process.env, PRODUCT_URL: shop.productUrl, ORDER_URL: shop.orderUrl };
  return promisify(execFile)(process.execPath, ["tools/audit/src/main.ts"], { cwd: ROOT, env });
}

describe("a stage", () => {
  test("holds what orders through the services would have left: the audit finds nothing", async () => {
    await addProducts(shop.productSql, 50);
    const { stdout } = await audit();
    expect(stdout).toContain("No discrepancies");
    expect(stdout).toMatch(/orders\s+200: 200 confirmed/);
    expect(stdout).toMatch(/products\s+250/);
  }, 60_000);

  test.each(["json", "binary", "grpc"] as const)(
    "answers every scenario by %s",
    async (protocol) => {
      for (const scenario of allScenarios(stage.servers.redis)) {
        const runner = await ScenarioRunner.prepare(scenario, shop, protocol);
        // It throws when an answer is not a good one.
        const { calls, latencies } = await runner.closed(1, 0.1);
        expect(calls).toBeGreaterThan(0);
        expect(latencies.count).toBe(calls);
      }
    },
    120_000,
  );

  test("is loaded at a fixed rate", async () => {
    const runner = await ScenarioRunner.prepare(HOT_GET, shop, "json");
    expect(await runner.fixed(100, 0.2)).toMatchObject({ calls: 20, failed: 0 });
  }, 60_000);
});

describe("the naive design", () => {
  test.each([
    ["lists all products to look at one", { targeted: false, cache: false }, 2],
    ["asks for one when it is mended", { targeted: true, cache: false }, 0],
    ["lists them still with a cache that each order empties", { targeted: false, cache: true }, 1],
    ["needs no list with both", { targeted: true, cache: true }, 0],
  ])(
    "%s",
    async (_, variant, lists) => {
      await using naive = await startNaive(stage.servers, variant, { products: ROWS, folder: stage.folder });
      const system = { name: "naive", productUrl: naive.url, orderUrl: naive.url };
      requireFlow("naive", await runFlow(system, { clients: 2, seconds: 0.2 }));
      const steps = await countStatements(system, stage.log);
      const ofOrders = steps.filter(({ step }) => step === "CreateOrder" || step === "GetOrder");
      const all = ofOrders
        .flatMap(({ statements }) => statements)
        .filter(({ text }) => text === "SELECT * FROM products");
      // With the cache, whichever of the two comes after a write reads the list.
      if (variant.cache && !variant.targeted) expect(all.length).toBeGreaterThanOrEqual(lists);
      else expect(all).toHaveLength(lists);
      const plans = await explainAll(steps, new Map([[databaseName(naive.database), naive.sql]]));
      if (lists > 0) expect(plans.map(({ plan }) => plan).join("\n")).toContain("Seq Scan on products");
      for (const { plan } of plans) expect(plan).toContain("Execution Time");
    },
    60_000,
  );
});
