import type { StoragePlan } from "@skyport/service";
import { carryingForward } from "../repositories/ledger.ts";
import { sweepTombstones } from "../repositories/tombstones.ts";

/**
 * What product-svc keeps. The ledger's partitions have no `keep`: its rows are what the stock is checked against, so that
 * old ones become sums before they go.
 */
export const storagePlan: StoragePlan = {
  name: "product-svc",
  migrations: { name: "product-svc", directory: new URL("./migrations/", import.meta.url) },
  partitions: [{ table: "stock_movements", every: "day", ahead: 7 }],
  cacheSchemaVersion: 1,
  upkeep: (database) => [
    { name: "released reservations", run: (deadline) => sweepTombstones(database, deadline) },
    { name: "old movements of stock", run: carryingForward(database) },
  ],
};
