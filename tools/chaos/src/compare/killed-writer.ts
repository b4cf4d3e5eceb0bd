import { setTimeout as sleep } from "node:timers/promises";
import { createDatabase } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { type HistoryChecker, monotonicMs, type ReadOperation } from "@skyport/testing";
import { findRows, seenOf } from "../designs/rows.ts";
import type { LoadPlan } from "../worker/plan.ts";
import type { RoundResult, Workers } from "../worker/workers.ts";

/** What readers saw of a key whose writer was killed between its COMMIT and whatever it does to the cache then. */
export interface AfterKill {
  /** Reads that started after somebody had seen the change in the database. */
  readonly reads: number;
  /** Those of them that went back behind it. */
  readonly backward: number;
  /** Statements that read the row from the database meanwhile. */
  readonly loads: number;
}

/** How long the others read on after each kill. */
const READ_MS = 500;

/**
 * Kills a process by SIGKILL right after a COMMIT while the others read that key, reads the row from the database
 * itself, and counts the reads after that which are older. A key a time, so that no time is the next one's past.
 */
export async function afterKilledWriters(
  workers: Workers,
  checker: HistoryChecker,
  databaseUrl: string,
  times: number,
): Promise<AfterKill> {
  let [reads, backward, loads] = [0, 0, 0];
  for (let time = 1; time <= times; time++) {
    const one = await afterKilledWriter(workers, checker, databaseUrl, `killed-${time}`);
    reads += one.reads;
    backward += one.backward;
    loads += one.loads;
  }
  return { reads, backward, loads };
}

async function afterKilledWriter(
  workers: Workers,
  checker: HistoryChecker,
  databaseUrl: string,
  key: string,
): Promise<AfterKill> {
  const readers: LoadPlan = { hotKeys: [key], readers: 4, writers: 0 };
  const writer: LoadPlan = { hotKeys: [key], readers: 0, writers: 1, removeShare: 0 };
  const add = ({ operations }: RoundResult): void => {
    for (const operation of operations) checker.add(operation);
  };
  await workers.restart();
  add(
    await workers.run(
      (index) => (index === 0 ? writer : undefined),
      ({ acknowledged }) => acknowledged > 0,
    ),
  );
  add(await workers.run(readers, ({ counts }) => (counts["hit"] ?? 0) > 100));
  checker.check();

  const victim = workers.worker(0);
  victim.tell({ type: "kill-at", point: "committed" });
  const round = workers.begin((index) => (index === 0 ? writer : readers));
  await victim.exited;
  const witness = await readDirectly(databaseUrl, key);
  const last = `${victim.config.process}-${round.round}-`;
  if (witness.seen.mark?.startsWith(last) !== true)
    throw new Error("the killed writer's change is not in the database");
  await sleep(READ_MS);
  const result = await round.end();
  add(result);
  checker.add(witness);
  const { BACKWARD: backward } = checker.check().counts;
  const reads = result.operations.filter(({ kind, start }) => kind === "read" && start > witness.end).length;
  return { reads, backward, loads: result.total.counts["load"] ?? 0 };
}

/** A read past every cache, as a report or another service would do it. */
async function readDirectly(databaseUrl: string, key: string): Promise<ReadOperation> {
  await using database = createDatabase({ url: databaseUrl, minConnections: 0 });
  const start = monotonicMs();
  const found = await database.read(Deadline.after(5_000), (session) => findRows(session, [key]));
  return { kind: "read", key, start, end: monotonicMs(), seen: seenOf(found.get(key)), process: "database" };
}
