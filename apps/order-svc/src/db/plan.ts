import type { StoragePlan } from "@skyport/service";

/** What order-svc keeps. */
export const storagePlan: StoragePlan = {
  name: "order-svc",
  migrations: { name: "order-svc", directory: new URL("./migrations/", import.meta.url) },
  partitions: [],
  cacheSchemaVersion: 1,
};
