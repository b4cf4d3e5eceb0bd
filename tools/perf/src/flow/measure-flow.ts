import { addNaiveProducts, type Naive, startNaive } from "../naive/start-naive.ts";
import { noiseOf } from "../rounds/statistics.ts";
import { addProducts } from "../stage/seed.ts";
import type { Shop } from "../stage/shop.ts";
import type { Stage } from "../stage/stage.ts";
import type { Progress } from "../targets/target.ts";
import { type FlowResult, type FlowSystem, requireFlow, runFlow } from "./flow.ts";
import { endsOf, type Second } from "./timeline.ts";

export interface FlowPlan {
  readonly seconds: number;
  readonly clients: number;
  readonly warmUpSeconds: number;
  /**
   * A run of so many seconds in short: in the middle both get the products that ours would have made by its end. Undefined:
   * nothing is added, the run is as long as it is.
   */
  readonly standsFor?: number;
}

/** One system under the flow. */
export interface FlowTrace {
  readonly name: string;
  readonly seconds: readonly Second[];
  readonly flows: number;
  /** How many products there were in the end. */
  readonly products: number;
  /** The p95 of the first part of the run and of the last, in milliseconds. */
  readonly first: number;
  readonly last: number;
  /** How far two halves of one part are apart. */
  readonly noise: number;
  /** The median of each step, in milliseconds. */
  readonly steps: Readonly<Record<string, number>>;
}

export interface FlowMeasured {
  readonly plan: FlowPlan;
  readonly ours: FlowTrace;
  readonly naive: FlowTrace;
  /** The naive design's p95 once it holds as many products as ours in the end; and how many those are. */
  readonly naiveAtSameData: { readonly p95: number; readonly products: number };
}

/** How many products there are before the flow begins. */
const START = 100;

/** The shop that the flow is driven through. */
export function flowShop(stage: Stage, progress: Progress): Promise<Shop> {
  return stage.shop(START, progress, "flow");
}
const P = 95;

interface Driven {
  readonly result: FlowResult;
  readonly trace: Omit<FlowTrace, "name" | "products">;
}

function traceOf(parts: readonly FlowResult[]): Driven["trace"] {
  const [head, ...rest] = parts;
  if (head === undefined) throw new RangeError("nothing was run");
  const tail = rest.at(-1) ?? head;
  const whole = rest.length === 0 ? endsOf(head.seconds) : undefined;
  const [from, to] = whole?.first ?? [0, Math.floor(head.seconds)];
  const [begin, end] = whole?.last ?? [0, Math.floor(tail.seconds)];
  const p95 = (part: FlowResult, start: number, stop: number): number =>
    part.timeline.window(start, Math.max(start + 1, stop)).percentile(P);
  const halves = (part: FlowResult, start: number, stop: number): [number, number] => {
    const middle = Math.ceil((start + stop) / 2);
    return [p95(part, start, middle), p95(part, middle, stop)];
  };
  let passed = 0;
  const seconds = parts.flatMap((part) => {
    const own = part.timeline.seconds().slice(0, Math.floor(part.seconds));
    const shifted = own.map((each) => ({ ...each, second: each.second + passed }));
    passed += own.length;
    return shifted;
  });
  return {
    seconds,
    flows: parts.reduce((sum, part) => sum + part.rounds, 0),
    first: p95(head, from, to),
    last: p95(tail, begin, end),
    noise: noiseOf(halves(head, from, to), halves(tail, begin, end)),
    steps: Object.fromEntries(Object.entries(tail.steps).map(([step, latencies]) => [step, latencies.percentile(50)])),
  };
}

/**
 * The exercise's flow over time, against a Skyport and against the naive design, one after the other: both begin with the
 * same few products, and both have grown by what ours has made when it ends.
 */
export async function measureFlow(stage: Stage, plan: FlowPlan, progress: Progress): Promise<FlowMeasured> {
  const shop = await flowShop(stage, { show: (_, text) => progress.show(0, text) });
  await using naive = await startNaive(
    stage.servers,
    { targeted: false, cache: false },
    {
      products: START,
      folder: stage.folder,
      name: "naive-flow",
    },
  );
  await stage.servers.pin();
  const { seconds, clients, warmUpSeconds, standsFor } = plan;
  const drive = async (system: FlowSystem, length: number, share: number): Promise<FlowResult> => {
    const onSecond = (second: number): void => {
      progress.show(share + (second / length) * 0.3, `${system.name}: second ${second} of ${Math.round(length)}`);
    };
    return requireFlow(system.name, await runFlow(system, { clients, seconds: length, onSecond }));
  };
  const ours = { name: "Skyport", productUrl: shop.productUrl, orderUrl: shop.orderUrl };
  const theirs = { name: "naive", productUrl: naive.url, orderUrl: naive.url };

  const half = seconds / 2;
  const warm = warmUpSeconds > 0 ? (await drive(ours, warmUpSeconds, 0)).rounds : 0;
  const head = await drive(ours, standsFor === undefined ? seconds : half, 0.05);
  let added = 0;
  const parts = [head];
  if (standsFor !== undefined) {
    added = Math.round((head.rounds / head.seconds) * standsFor);
    await addProducts(shop.productSql, added);
    parts.push(await drive(ours, half, 0.3));
  }
  const trace = traceOf(parts);
  const products = START + warm + added + trace.flows;

  if (warmUpSeconds > 0) await drive(theirs, Math.min(1, warmUpSeconds), 0.5);
  const slow = await drive(theirs, standsFor === undefined ? seconds : half, 0.55);
  await growTo(naive, products);
  const grown = await drive(theirs, Math.max(2, Math.min(half, seconds / 3)), 0.9);
  const naiveTrace = traceOf(standsFor === undefined ? [slow] : [slow, grown]);
  return {
    plan,
    ours: { name: ours.name, products, ...trace },
    naive: { name: theirs.name, products: await countOf(naive), ...naiveTrace },
    naiveAtSameData: { p95: grown.timeline.window(0, Math.ceil(grown.seconds)).percentile(P), products },
  };
}

async function countOf({ sql }: Naive): Promise<number> {
  const [row] = await sql("SELECT count(*)::integer AS count FROM products");
  return Number(row?.["count"]);
}

async function growTo(naive: Naive, products: number): Promise<void> {
  const missing = products - (await countOf(naive));
  if (missing > 0) await addNaiveProducts(naive.sql, missing, "g");
}
