import { randomUUID } from "node:crypto";
import { JsonClient } from "../load/connect-json.ts";
import { Latencies } from "../load/latencies.ts";
import {
  createOrderCall,
  createProductCall,
  type FlowCall,
  getOrderCall,
  getProductCall,
  orderIdIn,
  STEPS,
  type Step,
} from "./calls.ts";
import { Timeline } from "./timeline.ts";

/** A system that the exercise's flow can be driven through: Skyport, or the naive design behind its gateway. */
export interface FlowSystem {
  readonly name: string;
  readonly productUrl: string;
  readonly orderUrl: string;
}

export interface FlowOptions {
  /** How many callers there are, each with one call at a time. */
  readonly clients: number;
  readonly seconds: number;
  /** Told each second. */
  readonly onSecond?: (second: number) => void;
}

export interface FlowResult {
  readonly timeline: Timeline;
  readonly steps: Readonly<Record<Step, Latencies>>;
  /** How often the whole flow was done: so many products and orders were made. */
  readonly rounds: number;
  readonly failed: number;
  readonly firstFailure: string | undefined;
  readonly seconds: number;
}

const MS_PER_SECOND = 1_000;

/**
 * The exercise's load: each caller makes a product, reads it, orders it and reads the order, and begins again. A closed
 * loop, so that a slow system gets less to do, and by that fewer products: what it shows is a lower bound of the difference.
 */
export async function runFlow(system: FlowSystem, { clients, seconds, onSecond }: FlowOptions): Promise<FlowResult> {
  const timeline = new Timeline();
  const steps = Object.fromEntries(STEPS.map((step) => [step, new Latencies()])) as Record<Step, Latencies>;
  const start = performance.now();
  const end = start + seconds * MS_PER_SECOND;
  let rounds = 0;
  let failed = 0;
  let firstFailure: string | undefined;

  const timed = async (client: JsonClient, { step, service, rpc, message }: FlowCall) => {
    const url = service === "product" ? system.productUrl : system.orderUrl;
    const at = performance.now();
    const answer = await client.call(url, rpc, message);
    const ms = performance.now() - at;
    timeline.record(at - start, ms);
    steps[step].record(ms);
    return answer;
  };

  const once = async (client: JsonClient): Promise<void> => {
    const id = `f-${randomUUID()}`;
    await timed(client, createProductCall(id));
    await timed(client, getProductCall(id));
    const order = await timed(client, createOrderCall(id));
    await timed(client, getOrderCall(orderIdIn(order)));
    rounds += 1;
  };

  const drive = async (): Promise<void> => {
    using client = new JsonClient();
    while (performance.now() < end) {
      try {
        await once(client);
      } catch (error) {
        failed += 1;
        firstFailure ??= String(error);
      }
    }
  };

  const timer = setInterval(() => onSecond?.(Math.floor((performance.now() - start) / MS_PER_SECOND)), MS_PER_SECOND);
  try {
    await Promise.all(Array.from({ length: clients }, drive));
  } finally {
    clearInterval(timer);
  }
  return { timeline, steps, rounds, failed, firstFailure, seconds: (performance.now() - start) / MS_PER_SECOND };
}

/** @throws Error when more than one in a hundred of the flows has failed: such figures say nothing */
export function requireFlow(name: string, result: FlowResult): FlowResult {
  const { rounds, failed, firstFailure } = result;
  if (rounds === 0 || failed > rounds / 100) {
    throw new Error(`${name}: ${failed} of ${failed + rounds} flows failed; the first: ${firstFailure ?? "no answer"}`);
  }
  return result;
}
