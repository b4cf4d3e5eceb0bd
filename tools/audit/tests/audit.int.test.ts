import { afterAll, beforeAll, describe } from "@jest/globals";
import { damageCases } from "./cases/damage.ts";
import { loadCases } from "./cases/load.ts";
import { outageCases } from "./cases/outage.ts";
import { programCases } from "./cases/program.ts";
import { repairCases } from "./cases/repairs.ts";
import { openShop, type Shop } from "./support/shop.ts";

describe("npm run audit", () => {
  let opened: Shop | undefined;
  const shop = (): Shop => {
    if (opened === undefined) throw new Error("the services have not started");
    return opened;
  };
  beforeAll(async () => {
    opened = await openShop();
  }, 120_000);
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
  });

  programCases(shop);
  damageCases(shop);
  repairCases(shop);
  outageCases(shop);
  loadCases(shop);
});
