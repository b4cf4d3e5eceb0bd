import { Deadline } from "@skyport/deadline";
import { findProducts } from "../../src/repositories/products.ts";
import type { Design } from "./design.ts";
import { newReservationId, productId, type Stage } from "./stage.ts";

/** What some clients saw for a while. Times are milliseconds. */
export interface Round {
  readonly perSecond: number;
  readonly latencies: readonly number[];
  /** How long reads of the database beside it took, for what is not cached. */
  readonly besides: readonly number[];
  readonly failed: number;
}

const PATIENCE_MS = 30_000;
const BESIDE_EVERY_MS = 20;

/**
 * Clients that reserve one piece after the other, each for a new order.
 *
 * @param spread over how many products; 0 is the hot one for all of them
 */
export async function measure(
  stage: Stage,
  order: ReturnType<Design["on"]>,
  clients: number,
  spread: number,
  ms: number,
) {
  const end = performance.now() + ms;
  const latencies: number[] = [];
  const besides: number[] = [];
  let failed = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < end) {
      const wanted = productId(spread === 0 ? 0 : 1 + Math.floor(Math.random() * spread));
      const start = performance.now();
      try {
        await order(newReservationId(), wanted, Deadline.after(PATIENCE_MS));
        latencies.push(performance.now() - start);
      } catch {
        failed++;
      }
    }
  };
  const reader = async (): Promise<void> => {
    while (performance.now() < end) {
      const start = performance.now();
      await stage.database.read(Deadline.after(PATIENCE_MS), (session) => findProducts(session, [productId(1)]));
      besides.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, BESIDE_EVERY_MS));
    }
  };
  const start = performance.now();
  await Promise.all([reader(), ...Array.from({ length: clients }, client)]);
  const round: Round = {
    perSecond: latencies.length / ((performance.now() - start) / 1_000),
    latencies,
    besides,
    failed,
  };
  return round;
}

/** The value that a share of the values is at most. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
