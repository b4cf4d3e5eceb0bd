import { randomUUID } from "node:crypto";
import { CallFailed, JsonClient } from "../load/connect-json.ts";
import { Latencies } from "../load/latencies.ts";
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

/** The steps of the flow, in their order. */
export const STEPS = ["CreateProduct", "GetProduct", "CreateOrder", "GetOrder"] as const;
export type Step = (typeof STEPS)[number];

export interface FlowResult {
  readonly timeline: Timeline;
  readonly steps: Readonly<Record<Step, Latencies>>;
  /** How often the whole flow was done: so many products and orders were made. */
  readonly rounds: number;
  readonly failed: number;
  readonly firstFailure: string | undefined;
  readonly seconds: number;
}

const PRODUCTS = "skyport.product.v1.ProductService";
const ORDERS = "skyport.order.v1.OrderService";
const MS_PER_SECOND = 1_000;

function stringIn(message: unknown, field: string): string {
  const value = typeof message === "object" && message !== null ? Reflect.get(message, field) : undefined;
  if (typeof value !== "string") throw new CallFailed(field, 200, "the answer lacks it");
  return value;
}

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

  const timed = async <T>(step: Step, call: () => Promise<T>): Promise<T> => {
    const at = performance.now();
    const answer = await call();
    const ms = performance.now() - at;
    timeline.record(at - start, ms);
    steps[step].record(ms);
    return answer;
  };

  const once = async (client: JsonClient): Promise<void> => {
    const { productUrl, orderUrl } = system;
    const id = `f-${randomUUID()}`;
    const product = {
      id,
      title: "A vessel of the flow",
      passengerCapacity: 101,
      maximumSpeed: 5,
      inStock: 10_000,
      price: { currencyCode: "EUR", units: "100" },
    };
    await timed("CreateProduct", () => client.call(productUrl, `${PRODUCTS}/CreateProduct`, { product }));
    await timed("GetProduct", () => client.call(productUrl, `${PRODUCTS}/GetProduct`, { id }));
    const order = { lineItems: [{ productId: id, quantity: 1 }] };
    const made = await timed("CreateOrder", () => client.call(orderUrl, `${ORDERS}/CreateOrder`, { order }));
    const orderId = stringIn(made["order"], "id");
    const view = "ORDER_VIEW_FULL";
    await timed("GetOrder", () => client.call(orderUrl, `${ORDERS}/GetOrder`, { id: orderId, view }));
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
