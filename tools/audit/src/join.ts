import { OrderState } from "@skyport/proto";
import { holdingsKey } from "./holdings.ts";
import type { Suspect } from "./reader.ts";
import type { OrderSeen, ReservationSeen } from "./seen.ts";

/** A confirmed order that waits for its reservation. */
interface WaitingOrder {
  readonly lines: string;
  readonly createTime: bigint;
}

/** How many orders and reservations wait for each other at most. About 300 bytes each, for orders of a few lines. */
export const WINDOW = 100_000;

/** How many become suspects at a time when too many wait: one by one, each would pass over the gaps of those before. */
const EVICTED = 1_000;

/**
 * Brings orders and reservations together that come from two lists in about the same order. What agrees is forgotten at
 * once. What differs, or finds no counterpart, is a suspect: not wrong yet, for the lists were read at different times, and
 * one may be ahead of the other. Memory is bounded: when too many wait, the oldest become suspects early.
 */
export class Join {
  readonly #orders = new Map<string, WaitingOrder>();
  readonly #reservations = new Map<string, string>();
  readonly #window: number;
  #suspects: Suspect[] = [];

  constructor(window: number = WINDOW) {
    this.#window = window;
  }

  order({ id, state, lines, createTime }: OrderSeen): void {
    const held = this.#reservations.get(id);
    this.#reservations.delete(id);
    if (state === OrderState.CONFIRMED) {
      if (held === undefined) this.#orders.set(id, { lines: holdingsKey(lines), createTime });
      else if (held !== holdingsKey(lines)) this.#suspects.push({ id, createTime });
    } else if (state !== OrderState.CANCELLED || held !== undefined) {
      // A pending order must have an open intention, which only a closer look can tell.
      this.#suspects.push({ id, createTime });
    }
    this.#limit();
  }

  /** One that holds nothing needs no order; an order that needs it will be found waiting. */
  reservation({ id, holds }: ReservationSeen): void {
    if (holds.size === 0) return;
    const order = this.#orders.get(id);
    if (order === undefined) {
      this.#reservations.set(id, holdingsKey(holds));
      this.#limit();
      return;
    }
    this.#orders.delete(id);
    if (order.lines !== holdingsKey(holds)) this.#suspects.push({ id, createTime: order.createTime });
  }

  /** Both lists are at their ends: whatever still waits is a suspect. */
  end(): void {
    for (const [id, { createTime }] of this.#orders) this.#suspects.push({ id, createTime });
    for (const id of this.#reservations.keys()) this.#suspects.push({ id, createTime: undefined });
    this.#orders.clear();
    this.#reservations.clear();
  }

  /** The suspects since the last time. */
  takeSuspects(): Suspect[] {
    const taken = this.#suspects;
    this.#suspects = [];
    return taken;
  }

  #limit(): void {
    if (this.#orders.size + this.#reservations.size <= this.#window) return;
    let left = EVICTED;
    const longer: Map<string, WaitingOrder | string> =
      this.#orders.size >= this.#reservations.size ? this.#orders : this.#reservations;
    for (const [id, entry] of longer) {
      if (left-- === 0) return;
      longer.delete(id);
      this.#suspects.push({ id, createTime: typeof entry === "string" ? undefined : entry.createTime });
    }
  }
}
