import { createDatabase, type Database } from "@skyport/db";
import { type SharedPostgres, sharedPostgres, startRedis, type TestRedis } from "@skyport/testing";
import { Entries } from "./entries.ts";
import { createTable } from "./table.ts";

/** A Redis of the test file's own, and a database with the table. */
export interface Servers extends AsyncDisposable {
  readonly redis: TestRedis;
  readonly entries: Entries;
  readonly databaseUrl: string;
  readonly postgresPort: number;
  /** For questions about what the instances do. */
  readonly admin: Database;
  readonly addresses: { readonly redisUrl: string; readonly databaseUrl: string };
}

export async function startServers(): Promise<Servers> {
  const [redis, postgres] = await Promise.all([startRedis(), sharedPostgres()]);
  const databaseUrl = await database(postgres);
  const admin = createDatabase({ url: databaseUrl, applicationName: "admin", minConnections: 0 });
  return {
    redis,
    entries: new Entries(redis),
    databaseUrl,
    postgresPort: postgres.port,
    admin,
    addresses: { redisUrl: redis.url, databaseUrl },
    async [Symbol.asyncDispose]() {
      await admin.close();
      await redis.stop();
      await postgres.close();
    },
  };
}

async function database(postgres: SharedPostgres): Promise<string> {
  const url = await postgres.createDatabase();
  await createTable(url);
  return url;
}
