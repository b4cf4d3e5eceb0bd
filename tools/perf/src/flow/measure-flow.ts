import { addNaiveProducts, startNaive } from "../naive/start-naive.ts";
import { addProducts } from "../stage/seed.ts";
import type { Shop } from "../stage/shop.ts";
import type { Sql } from "../stage/sql.ts";
import type { Stage } from "../stage/stage.ts";
import type { Progress } from "../targets/target.ts";
import { type FlowResult, type FlowSystem, requireFlow, runFlow } from "./flow.ts";
import { type Growth, growing } from "./growing.ts";
import { type FlowTrace, traceOf } from "./trace.ts";

export interface FlowPlan {
  /** How long the run is. */
  readonly seconds: number;
  readonly clients: number;
  readonly warmUpSeconds: number;
  /** How many seconds of the exercise's test it stands for: data grows by so much. */
  readonly standsFor: number;
  /** "steadily": as in a time-lapse. "at once": half of the run is before, half of it after. */
  readonly grows: "steadily" | "at once";
}

export interface FlowMeasured {
  readonly plan: FlowPlan;
  readonly ours: FlowTrace;
  readonly naive: FlowTrace;
}

/** How many products there are before the flow begins. */
const START = 100;
const MINUTE = 60;
const LEAST_WINDOW = 2;
/** How long the flow runs without being looked at after much was added at once: plans are made anew. */
const SETTLE_SECONDS = 1;

/** The shop that the flow is driven through. */
export function flowShop(stage: Stage, progress: Progress): Promise<Shop> {
  return stage.shop(START, progress, "flow");
}

/** A minute of the test, in seconds of the run; two seconds at least. */
export function windowOf({ seconds, standsFor, grows }: FlowPlan): number {
  if (grows === "at once") return Math.max(1, Math.floor(seconds / 2));
  return Math.max(LEAST_WINDOW, Math.round((MINUTE * seconds) / standsFor));
}

/** What one system is driven by: itself, and what fills its table from aside. */
interface Side {
  readonly system: FlowSystem;
  readonly add: (count: number) => Promise<unknown>;
  readonly sql: Sql;
}

/**
 * The exercise's flow over time, against a Skyport and against the naive design, one after the other. Both begin with the
 * same few products; while it runs, or in its middle, both get as many more as Skyport would make in the time that the run
 * stands for. So they are compared with the same data, though the slower one makes less of it by itself.
 */
export async function measureFlow(stage: Stage, plan: FlowPlan, progress: Progress): Promise<FlowMeasured> {
  const shop = await flowShop(stage, { show: (_, text) => progress.show(0, text) });
  const options = { products: START, folder: stage.folder, name: "naive-flow" };
  await using naive = await startNaive(stage.servers, { targeted: false, cache: false }, options);
  await stage.servers.pin();
  let marks = 0;
  const ours: Side = {
    system: { name: "Skyport", productUrl: shop.productUrl, orderUrl: shop.orderUrl },
    sql: shop.productSql,
    add: (count) => addProducts(shop.productSql, count),
  };
  const theirs: Side = {
    system: { name: "naive", productUrl: naive.url, orderUrl: naive.url },
    sql: naive.sql,
    add: (count) => addNaiveProducts(naive.sql, count, `g${marks++}`),
  };
  const { clients, warmUpSeconds } = plan;
  const half = (from: number): Progress => ({ show: (share, text) => progress.show(from + share / 2, text) });
  const { rounds } = await runFlow(ours.system, { clients, seconds: warmUpSeconds });
  const growth: Growth = { perSecond: rounds / warmUpSeconds, ...plan };
  const trace = await drive(ours, plan, growth, half(0));
  await runFlow(theirs.system, { clients, seconds: Math.min(1, warmUpSeconds) });
  return { plan, ours: trace, naive: await drive(theirs, plan, growth, half(0.5)) };
}

async function drive({ system, sql, add }: Side, plan: FlowPlan, growth: Growth, progress: Progress) {
  const { clients, seconds, grows, standsFor } = plan;
  const run = async (length: number, from: number): Promise<FlowResult> => {
    const onSecond = (second: number): void => {
      progress.show(from + second / seconds, `${system.name}: second ${second} of ${Math.round(length)}`);
    };
    return requireFlow(system.name, await runFlow(system, { clients, seconds: length, onSecond }));
  };
  const parts: FlowResult[] = [];
  if (grows === "steadily") {
    await using _ = growing(growth, add);
    parts.push(await run(seconds, 0));
  } else {
    parts.push(await run(seconds / 2, 0));
    await add(Math.round(growth.perSecond * standsFor));
    // What so many rows at once leave behind for the disk is no part of the test, in which they come one by one.
    await sql("VACUUM ANALYZE");
    await sql("CHECKPOINT");
    await run(SETTLE_SECONDS, 0.5);
    parts.push(await run(seconds / 2, 0.5));
  }
  const [row] = await sql("SELECT count(*)::integer AS count FROM products");
  return { name: system.name, products: Number(row?.["count"]), ...traceOf(parts, windowOf(plan)) };
}
