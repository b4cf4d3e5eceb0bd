import { setTimeout as sleep } from "node:timers/promises";
import { eventually, type TestPostgres } from "@skyport/testing";
import type { ReportedOutcome } from "../../src/index.ts";
import { query, soon } from "../support/database.ts";
import { FAULTS, type Tools } from "./faults.ts";
import type { Runner } from "./runners.ts";
import { type Report, Tally } from "./tally.ts";

/** What a storm is made of. */
export interface StormOptions {
  readonly runner: Runner;
  readonly tools: Tools;
  readonly server: TestPostgres;
  /** How many faults. */
  readonly kills: number;
  readonly connections: number;
}

/** More than there are connections, so that others wait in the queue while one is lost. */
const WORKERS = 16;
const READERS = 4;
const STEPS = 3;
const RESTARTS = ["fast", "immediate"] as const;
/** Those that hit every connection come seldom, or hardly a transaction would get to its end. */
const MASS: ReadonlySet<string> = new Set(["rst", "fin"]);
const NAMES = Object.keys(FAULTS).flatMap((name) => Array<string>(MASS.has(name) ? 1 : 4).fill(name));
/** One in so many transactions is hit by nothing but its neighbours' faults. */
const SPARED = 3;

export const SCHEMA: readonly string[] = [
  "create table t (run integer, step integer, xid xid8 default pg_current_xact_id(), primary key (run, step))",
  "create table slow (ms integer)",
  `create function wait() returns trigger language plpgsql as
   $$ begin perform pg_sleep(new.ms / 1000.0); return null; end $$`,
  "create constraint trigger wait after insert on slow deferrable initially deferred for each row execute function wait()",
];

/** Transactions and reads under a rain of lost connections. */
export async function storm(options: StormOptions): Promise<Report> {
  const { runner, tools, kills } = options;
  const started = performance.now();
  const tally = new Tally();
  let runs = 0;
  const worker = async () => {
    while (tally.kills < kills) {
      const run = runs++;
      const told: ReportedOutcome[] = [];
      // A caller who is refused comes back a little later, as it should.
      if (!(await tally.judge(run, attempt(options, tally, run, told), told))) await sleep(5);
    }
  };
  const reader = async () => {
    while (tally.kills < kills) {
      const n = tools.random(20);
      await tally.read(runner.read(`select ${n} as n`), n);
      await sleep(1);
    }
  };
  await Promise.all(
    [...Array(WORKERS).fill(worker), ...Array(READERS).fill(reader)]
      .map((each) => each())
      .concat(restarts(options, tally)),
  );
  const whole = await eventually(() => isWhole(options), { withinMs: 10_000 }).catch(() => false);
  const stored = await query(
    tools.admin,
    "select run, count(*) as n, min(xid::text) as first, max(xid::text) as last from t group by run",
    soon(),
  );
  return tally.report(stored, whole, performance.now() - started);
}

/** One transaction of three rows; most are hit by a fault, before a row or before COMMIT, which in every other one travels with the last row. */
async function attempt(
  { runner, tools }: StormOptions,
  tally: Tally,
  run: number,
  told: ReportedOutcome[],
): Promise<void> {
  const name = tools.random(SPARED) === 0 ? undefined : NAMES[tools.random(NAMES.length)];
  const at = tools.random(STEPS + 1);
  const body: Parameters<Runner["transaction"]>[0] = async (execute, ways) => {
    const { xid, last } = ways ?? {};
    tally.began(run, xid);
    const [{ pid } = {}] = await execute("select pg_backend_pid() as pid");
    const steps = last !== undefined && run % 2 === 0 ? STEPS - 1 : STEPS;
    const insert = (step: number) =>
      `insert into t (run, step) values (${run}, ${step}) returning xid, pg_backend_pid() as pid`;
    for (let step = 0; step <= steps; step++) {
      if (step === Math.min(at, steps) && name !== undefined) {
        tally.hit(name);
        await FAULTS[name]?.({ pid: Number(pid), execute }, tools);
      }
      if (step === steps) break;
      const [row] = await execute(insert(step));
      tally.inserted(xid, row, pid);
    }
    if (last === undefined || steps === STEPS) return;
    const [row] = await last(insert(steps));
    tally.inserted(xid, row, pid);
  };
  await runner.transaction(body, (outcome) => told.push(outcome));
}

async function restarts({ kills, server }: StormOptions, tally: Tally): Promise<void> {
  for (const [at, mode] of RESTARTS.entries()) {
    while (tally.kills < ((at + 1) * kills) / (RESTARTS.length + 1)) await sleep(10);
    await server.restart({ mode });
    tally.hit(`restart ${mode}`);
  }
}

/** Every connection at once can be used, and none is left in a transaction. */
async function isWhole({ runner, tools, connections }: StormOptions): Promise<boolean> {
  let arrived = 0;
  const all = Promise.withResolvers<void>();
  await Promise.all(
    Array.from({ length: connections }, () =>
      runner.transaction(async (execute) => {
        if (++arrived === connections) all.resolve();
        await all.promise;
        await execute("select 1");
      }),
    ),
  );
  const states = await query(tools.admin, "select state from pg_stat_activity where application_name = 'tested'");
  return states.length <= connections && states.every(({ state }) => state === "idle");
}
