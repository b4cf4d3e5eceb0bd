import { setTimeout as sleep } from "node:timers/promises";
import { LITTLE_MEMORY } from "@skyport/bundle";
import { httpRequest } from "../peers/load/http-answer.ts";
import type { Subject } from "../peers/load/load.ts";
import { sendLoad, startGenerator } from "../peers/measure/loaded-side.ts";
import { measuringCores } from "../peers/process/place.ts";
import type { Usage } from "../peers/process/usage.ts";
import { GET_PRODUCT_PATH } from "../peers/product.ts";
import { productId } from "../stage/keys.ts";
import { seedShop } from "../stage/seed.ts";
import { startServers } from "../stage/servers.ts";
import { openSql } from "../stage/sql.ts";
import type { Measured, Progress, Target } from "../targets/target.ts";
import { growthOf } from "./growth.ts";
import { type MeasuredService, startService } from "./service.ts";
import { measuredTogether } from "./shared.ts";

const MB = 1_000_000;
const IDLE_MB = 110;
const LOADED_MB = 180;
/** What a service may gain between the second and the last quarter of the load, and still be called flat. */
const GROWTH = 1.1;
/** A shorter load says nothing of growth: heaps fill up first. */
const FLAT_SECONDS = 120;
const PRODUCTS = 10_000;
const IDLE_SECONDS = 5;
const SAMPLE_MS = 1_000;
const READERS = 8;
const BUYERS = 4;

interface Services {
  readonly product: MeasuredService;
  readonly order: MeasuredService;
}

async function startBoth(opened: AsyncDisposableStack, progress: Progress): Promise<Services> {
  progress.show(0, "starting PostgreSQL and both services");
  const { postgres } = opened.use(await startServers(await measuringCores(), false));
  const [products, orders] = [await postgres.createDatabase(), await postgres.createDatabase()];
  // As `npm start` does.
  const start = async (service: "product-svc" | "order-svc", env: Readonly<Record<string, string>>) =>
    opened.use(await startService({ service, place: "anywhere", env, flags: LITTLE_MEMORY }));
  const migrated = await start("product-svc", { DATABASE_URL: products });
  const migratedToo = await start("order-svc", { DATABASE_URL: orders, PRODUCT_SVC_URL: migrated.url });
  const sql = { product: opened.use(openSql(products)), order: opened.use(openSql(orders)) };
  await seedShop(sql, PRODUCTS, 0, progress);
  // Migrations are no part of what a service needs day by day.
  for (const service of [migratedToo, migrated]) await service[Symbol.asyncDispose]();
  const product = await start("product-svc", { DATABASE_URL: products });
  return { product, order: await start("order-svc", { DATABASE_URL: orders, PRODUCT_SVC_URL: product.url }) };
}

const inMb = (bytes: number): string => `${(bytes / MB).toFixed(0)} MB`;

function usages({ product, order }: Services, watchLoop = false): Promise<readonly [Usage, Usage]> {
  return Promise.all([product.program.usage(watchLoop), order.program.usage(watchLoop)]);
}

function idle([product, order]: readonly [Usage, Usage]): Measured {
  const value = Math.max(product.rssBytes, order.rssBytes) / MB;
  const held = `product-svc ${inMb(product.rssBytes)}, order-svc ${inMb(order.rssBytes)}`;
  const detail = `${held}, ${IDLE_SECONDS} s after they were ready`;
  return { value: Math.round(value), met: value <= IDLE_MB, noise: 0, detail };
}

function requestsFor(path: string, message: (product: string) => object): readonly Uint8Array[] {
  return Array.from({ length: PRODUCTS }, (_, index) => {
    const body = Buffer.from(JSON.stringify(message(productId(index + 1))));
    return httpRequest("POST", path, "application/json", body);
  });
}

/** Readers of all products, and buyers. */
function subjectsOf({
  product,
  order,
}: Services): readonly { readonly subject: Subject; readonly connections: number }[] {
  const subject = (port: number, requests: readonly Uint8Array[]): Subject => {
    return { protocol: "http", port, path: "", requests, answer: undefined };
  };
  const reads = requestsFor(GET_PRODUCT_PATH, (id) => ({ id }));
  const buys = requestsFor("/skyport.order.v1.OrderService/CreateOrder", (id) => ({
    order: { lineItems: [{ productId: id, quantity: 1 }] },
  }));
  return [
    { subject: subject(product.port, reads), connections: READERS },
    { subject: subject(order.port, buys), connections: BUYERS },
  ];
}

function loaded(seconds: number, samples: readonly (readonly [Usage, Usage])[]): Measured {
  const parts = (["product-svc", "order-svc"] as const).map((name, index) => {
    const all = samples.flatMap((pair) => pair[index] ?? []);
    const resident = all.map(({ rssBytes }) => rssBytes);
    const most = Math.max(...resident);
    const growth = growthOf(resident);
    const delay = all.at(-1)?.loopDelay;
    const loop =
      delay && `, event loop late by ${delay.p99Ms.toFixed(1)} ms (p99), ${delay.maxMs.toFixed(0)} ms at most`;
    return {
      most,
      growth,
      text: `${name} at most ${inMb(most)}, last quarter / second ${growth.toFixed(2)}${loop ?? ""}`,
    };
  });
  const value = Math.max(...parts.map(({ most }) => most)) / MB;
  const isFlat = seconds < FLAT_SECONDS || parts.every(({ growth }) => growth <= GROWTH);
  const short = seconds < FLAT_SECONDS ? " (too short a time to tell whether it is flat)" : "";
  const detail = `${seconds} s of reads and orders${short}: ${parts.map(({ text }) => text).join("; ")}`;
  return { value: Math.round(value), met: value <= LOADED_MB && isFlat, noise: 0, detail };
}

/** Loads both for some time. @returns what they used, each second */
async function watchUnderLoad(
  services: Services,
  seconds: number,
  progress: Progress,
): Promise<readonly (readonly [Usage, Usage])[]> {
  await usages(services, true);
  const samples: (readonly [Usage, Usage])[] = [];
  let isOver = false;
  const load = async ({ subject, connections }: ReturnType<typeof subjectsOf>[number]): Promise<void> => {
    await using generator = await startGenerator();
    await sendLoad(generator, { kind: "load", subject, connections, perConnection: 1, seconds }, "the load");
  };
  const watch = async (): Promise<void> => {
    const start = performance.now();
    while (!isOver) {
      await sleep(SAMPLE_MS);
      samples.push(await usages(services));
      progress.show(Math.min(1, (performance.now() - start) / (seconds * 1_000)), "under load");
    }
  };
  const loading = Promise.all(subjectsOf(services).map(load)).finally(() => {
    isOver = true;
  });
  await Promise.all([loading, watch()]);
  return samples;
}

/**
 * What both services hold when nothing is asked of them, then while they are read from and ordered from, and whether that
 * grows.
 *
 * @param seconds how long the load lasts; too short a time says nothing of growth
 */
export function memoryTargets(seconds: number): readonly Target[] {
  return measuredTogether(
    [
      { key: "idle", name: "resident memory of a service, idle (MB)", wanted: `<= ${IDLE_MB}` },
      {
        key: "loaded",
        name: "resident memory of a service under load, and flat (MB)",
        wanted: `<= ${LOADED_MB}, last quarter / second <= ${GROWTH}`,
      },
    ],
    async (_, progress) => {
      await using opened = new AsyncDisposableStack();
      const services = await startBoth(opened, progress);
      progress.show(0, "idle");
      await sleep(IDLE_SECONDS * 1_000);
      const before = idle(await usages(services));
      return { idle: before, loaded: loaded(seconds, await watchUnderLoad(services, seconds, progress)) };
    },
  );
}
