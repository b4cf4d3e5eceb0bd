import type { StoragePlan } from "@skyport/service";
import { sweepTombstones } from "../repositories/tombstones.ts";

/** What product-svc keeps. The ledger's partitions stay: its rows are what the stock is checked against. */
export const storagePlan: StoragePlan = {
  name: "product-svc",
  migrations: { name: "product-svc", directory: new URL("./migrations/", import.meta.url) },
  partitions: [{ table: "stock_movements", every: "day", ahead: 7 }],
  cacheSchemaVersion: 1,
  upkeep: (database) => [{ name: "released reservations", run: (deadline) => sweepTombstones(database, deadline) }],
};
