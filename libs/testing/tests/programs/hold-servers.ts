/** Starts what a test starts, tells what that is, and stays until it is killed. */
import { dirname } from "node:path";
import { sharedPostgres, startPostgres, startRedis } from "../../src/index.ts";
import { runSql } from "../../src/postgres/admin.ts";

const postgres = await startPostgres();
const redis = await startRedis();
await redis.pause();
const shared = await sharedPostgres();
const [row] = await runSql(
  shared.url,
  "SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1), current_setting('data_directory')",
);
setInterval(() => undefined, 60_000);
const held = {
  pids: [postgres.pid, redis.pid, Number(row?.[0])],
  folders: [dirname(postgres.dataDir), dirname(row?.[1] ?? "")],
  sharedUrl: shared.url,
};
process.stdout.write(`${JSON.stringify(held)}\n`);
