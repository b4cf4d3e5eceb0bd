import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { ErrorInfoSchema, OrderService } from "@skyport/proto";
import { createPeerTransport } from "@skyport/rpc";
import { productId } from "../hot-product/stage.ts";
import type { Load, Seen } from "./load.ts";

/** Connections to order-svc: a server grants each no more than some hundred calls at a time. */
const CONNECTIONS = 8;
const PATIENCE_MS = 30_000;
/** How often orders are sent that are due. */
const TICK_MS = 2;

const { url } = workerData as { readonly url: string };
const clients: Client<typeof OrderService>[] = Array.from({ length: CONNECTIONS }, () =>
  createClient(OrderService, createPeerTransport({ baseUrl: url, defaultTimeoutMs: PATIENCE_MS })),
);

async function run({ spread, ms, arrivals }: Load): Promise<Seen> {
  const latencies: number[] = [];
  const failures = new Map<string, number>();
  const start = performance.now();
  const end = start + ms;

  async function order(number: number, dueAt: number): Promise<void> {
    const wanted = productId(spread === 0 ? 0 : 1 + Math.floor(Math.random() * spread));
    const lineItems = [{ productId: wanted, quantity: 1 }];
    try {
      await clients[number % CONNECTIONS]?.createOrder({ order: { lineItems }, requestId: randomUUID() });
      latencies.push(performance.now() - dueAt);
    } catch (error) {
      const reason = reasonOf(error);
      failures.set(reason, (failures.get(reason) ?? 0) + 1);
    }
  }

  if ("clients" in arrivals) {
    const client = async (number: number): Promise<void> => {
      while (performance.now() < end) await order(number, performance.now());
    };
    await Promise.all(Array.from({ length: arrivals.clients }, (_, number) => client(number)));
  } else {
    const sent: Promise<void>[] = [];
    const dueAt = (number: number): number => start + (number * 1_000) / arrivals.perSecond;
    while (dueAt(sent.length) < end) {
      while (dueAt(sent.length) <= Math.min(performance.now(), end)) sent.push(order(sent.length, dueAt(sent.length)));
      await sleep(TICK_MS);
    }
    await Promise.all(sent);
  }
  return { latencies, failures, elapsedMs: performance.now() - start };
}

function reasonOf(thrown: unknown): string {
  const error = ConnectError.from(thrown);
  return error.findDetails(ErrorInfoSchema)[0]?.reason ?? `${Code[error.code]}: ${error.rawMessage}`;
}

parentPort?.on("message", async (load: Load) => parentPort?.postMessage(await run(load)));
