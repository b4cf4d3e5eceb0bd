import { createHash } from "node:crypto";
import { DB_MIGRATIONS, loadMigrations, migrate } from "@skyport/db";
import type { Template } from "@skyport/testing";
import { storagePlan } from "../../src/db/plan.ts";

const components = [DB_MIGRATIONS, storagePlan.migrations];

/** A database with every migration, under a name that changes with them. */
export async function migratedTemplate(): Promise<Template> {
  const migrations = await loadMigrations(components);
  const digest = createHash("sha256").update(JSON.stringify(migrations)).digest("hex");
  return {
    name: `product-svc ${digest}`,
    prepare: async (url) => {
      await migrate({ url, components });
    },
  };
}
