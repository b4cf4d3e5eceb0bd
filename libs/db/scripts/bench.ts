import { Deadline } from "@skyport/deadline";
import { startPostgres } from "@skyport/testing";
import { eq, sql } from "drizzle-orm";
import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { createDatabase, sqlStatement, statement } from "../src/index.ts";

// What a unit of work costs: a point select and a one-row update by primary key on 100,000 rows, ours against the driver's
// own pool, in turn. Prints the medians of the rounds: units a second; this process's CPU time for one; and what the fastest
// tenth took at most, which a busy machine blurs least.
//
//   node scripts/bench.ts [ROUNDS] [MILLISECONDS A ROUND]

const [rounds = "5", roundMs = "1500"] = process.argv.slice(2);
const CONNECTIONS = 10;
const ROWS = 100_000;
const items = pgTable("items", { id: integer("id").primaryKey(), name: text("name").notNull(), n: integer("n") });

await using server = await startPostgres();
await using database = createDatabase({ url: server.url, minConnections: CONNECTIONS, maxConnections: CONNECTIONS });
const driver = postgres(server.url, { max: CONNECTIONS, fetch_types: false });
await driver`create table items (id integer primary key, name text not null, n integer not null default 0)`;
await driver`insert into items select n, 'item ' || n from generate_series(1, ${ROWS}) as n`;
await driver`vacuum analyze items`;

const p = sql.placeholder;
const byId = statement<{ id: number }, unknown[]>((db) =>
  db
    .select()
    .from(items)
    .where(eq(items.id, p("id")))
    .prepare("by_id"),
);
const update = sqlStatement<{ id: number }, void>(
  sql`update items set n = n + 1 where id = ${p("id")}`,
  () => undefined,
);
const plain = drizzle(driver)
  .select()
  .from(items)
  .where(eq(items.id, p("id")))
  .prepare("by_id");
const deadline = () => Deadline.after(5_000);

const ways: Readonly<Record<string, (id: number) => Promise<unknown>>> = {
  "read: postgres.js tagged template": (id) => driver`select * from items where id = ${id}`,
  "read: Drizzle over it, as it comes": (id) => plain.execute({ id }),
  "read: this library": (id) => database.read(deadline(), (session) => session.run(byId, { id })),
  "write: postgres.js sql.begin": (id) => driver.begin((tx) => tx`update items set n = n + 1 where id = ${id}`),
  "write: this library": (id) => database.transaction({ deadline: deadline() }, (tx) => tx.run(update, { id })),
};

interface Sample {
  readonly perSecond: number;
  readonly cpuMicros: number;
  readonly fastMicros: number;
}

async function sample(work: (id: number) => Promise<unknown>, inFlight: number): Promise<Sample> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const latencies: number[] = [];
  const worker = async () => {
    for (let at = performance.now(); at - started < Number(roundMs); ) {
      await work(1 + Math.floor(Math.random() * ROWS));
      const now = performance.now();
      latencies.push(now - at);
      at = now;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const { user, system } = process.cpuUsage(cpu);
  const done = latencies.length;
  return {
    perSecond: (done / (performance.now() - started)) * 1_000,
    cpuMicros: (user + system) / done,
    fastMicros: (latencies.toSorted((a, b) => a - b)[Math.floor(done / 10)] ?? 0) * 1_000,
  };
}

function median(numbers: readonly number[]): number {
  return Math.round(numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0);
}

for (const inFlight of [1, 16]) {
  const samples = new Map<string, Sample[]>();
  for (let round = 0; round <= Number(rounds); round++) {
    for (const [name, work] of Object.entries(ways)) {
      const found = await sample(work, inFlight);
      // The first round warms up.
      if (round > 0) samples.set(name, [...(samples.get(name) ?? []), found]);
    }
  }
  for (const [name, found] of samples) {
    const perSecond = median(found.map((each) => each.perSecond));
    const cpu = median(found.map(({ cpuMicros }) => cpuMicros));
    const fast = median(found.map(({ fastMicros }) => fastMicros));
    process.stdout.write(
      `${inFlight} in flight  ${name.padEnd(36)} ${perSecond}/s  CPU ${cpu} us  fastest tenth ${fast} us\n`,
    );
  }
}
await driver.end();
