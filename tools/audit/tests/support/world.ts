import { OrderState } from "@skyport/proto";
import type { Holdings } from "../../src/holdings.ts";
import type { Reader, Suspect } from "../../src/reader.ts";
import type { IntentionSeen, OrderSeen, ReservationSeen } from "../../src/seen.ts";

/** A wish of an order, from when it is written down until long after. */
interface Wish {
  readonly orderId: string;
  readonly generation: number;
  readonly kind: "create" | "update" | "release";
  readonly items: Holdings;
  readonly time: bigint;
  isOpen: boolean;
  /** Undefined: not asked for yet. */
  answer: "accepted" | "refused" | undefined;
}

interface Held extends ReservationSeen {
  readonly decided: ReadonlyMap<number, "accepted" | "refused">;
}

const NOTHING: Holdings = new Map();
const PAGE_SIZE = 2;
/** How many orders there are at a time. */
const RECENT = 3;
/** How often each thing happens, of 16 times. An order lives long enough to be changed some times. */
const STEPS: readonly Step[] = weighted({ create: 2, update: 5, end: 1, ask: 4, write: 4 });
const ENDS = ["cancel", "delete", "giveUp"] as const;

type Step = "create" | "update" | "end" | "ask" | "write";

function weighted(weights: Readonly<Record<Step, number>>): Step[] {
  const steps: readonly Step[] = ["create", "update", "end", "ask", "write"];
  return steps.flatMap((step) => Array.from({ length: weights[step] }, () => step));
}

/** Numbers from 0 to below 1 that follow from a seed: a linear congruential generator (Knuth, TAOCP vol. 2). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Both services in memory, each commit a step, under wild load: before each read some steps happen. Calls to the product
 * side are late, repeated and reordered; whoever gets an answer writes it down where the wish is still open. All of it is
 * what the services may do, so that nothing in here is ever damaged, whatever a reader makes of it.
 */
export class World implements Reader {
  readonly orders = new Map<string, OrderSeen>();
  readonly reservations = new Map<string, Held>();
  readonly #generations = new Map<string, number>();
  readonly #wishes: Wish[] = [];
  #clock = 1n;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
    for (let n = 0; n < 60; n++) this.#step();
  }

  /** Whatever a list could have brought up by now. */
  suspects(): Suspect[] {
    const newest = [...this.reservations.keys()].slice(-RECENT);
    return [...new Set([...this.orders.keys(), ...newest])].map((id) => ({ id, createTime: undefined }));
  }

  async order({ id }: Pick<Suspect, "id">): Promise<OrderSeen | undefined> {
    this.#steps();
    return this.orders.get(id);
  }

  async reservation(id: string): Promise<ReservationSeen | undefined> {
    this.#steps();
    return this.reservations.get(id);
  }

  async *openIntentions(): AsyncGenerator<IntentionSeen> {
    for (let after = 0n; ; ) {
      this.#steps();
      const page = this.#wishes.filter((wish) => wish.isOpen && wish.time > after).slice(0, PAGE_SIZE);
      for (const { orderId, generation, time } of page) {
        yield { orderId, generation, createTime: time, deadline: undefined, attempts: 0 };
        after = time;
      }
      if (page.length < PAGE_SIZE) return;
    }
  }

  #steps(): void {
    for (let n = this.#pick([0, 0, 1, 2, 3, 8]) ?? 0; n > 0; n--) this.#step();
  }

  #step(): void {
    const kind = this.#pick(STEPS);
    if (kind === "ask") this.#ask(this.#anyWish());
    else if (kind === "write") this.#writeDown(this.#anyWish());
    else if (kind === "create" && this.orders.size < RECENT) this.#create();
    else this.#change(kind === "end" ? this.#pick(ENDS) : "update", this.#pick([...this.orders.values()]));
  }

  /** An id is never used again. */
  #create(): void {
    const id = `order ${this.#generations.size + 1}`;
    const lines = this.#anyItems();
    this.#put({ id, state: OrderState.PENDING, lines });
    this.#wish(id, "create", lines);
  }

  #change(kind: "update" | "cancel" | "delete" | "giveUp" | undefined, order: OrderSeen | undefined): void {
    if (order === undefined) return;
    const { id, state } = order;
    const open = this.#wishes.find((wish) => wish.orderId === id && wish.isOpen);
    if (kind === "update") {
      if (state === OrderState.CONFIRMED && open === undefined) this.#wish(id, "update", this.#anyItems());
      return;
    }
    if (kind === "cancel" && state === OrderState.CANCELLED) return;
    if (kind === "giveUp" && state !== OrderState.PENDING) return;
    if (open !== undefined) open.isOpen = false;
    if (kind === "cancel") this.#put({ ...order, state: OrderState.CANCELLED });
    else this.orders.delete(id);
    this.#wish(id, "release", NOTHING);
  }

  /** The product side decides each generation once, and none below one that it has decided. */
  #ask(wish: Wish | undefined): void {
    if (wish === undefined) return;
    const { orderId: id, generation, kind, items } = wish;
    const held = this.reservations.get(id) ?? { id, generation: 0, holds: NOTHING, decided: new Map() };
    if (generation > held.generation) {
      const answer = kind !== "release" && this.#random() < 0.2 ? "refused" : "accepted";
      const holds = answer === "accepted" ? items : held.holds;
      const decided = new Map([...held.decided, [generation, answer] as const]);
      this.reservations.set(id, { id, generation, holds, decided });
      wish.answer = answer;
    } else wish.answer = held.decided.get(generation) ?? "accepted";
  }

  /** The order side writes an answer down where the wish is still open: wish and order change in one commit. */
  #writeDown(wish: Wish | undefined): void {
    if (wish?.answer === undefined || !wish.isOpen) return;
    wish.isOpen = false;
    const order = this.orders.get(wish.orderId);
    if (order === undefined || wish.kind === "release") return;
    if (wish.answer === "refused") {
      if (wish.kind === "create") this.orders.delete(order.id);
    } else this.#put({ ...order, state: OrderState.CONFIRMED, lines: wish.items });
  }

  #put({ id, state, lines }: Pick<OrderSeen, "id" | "state" | "lines">): void {
    this.orders.set(id, { id, state, lines, etag: String(this.#tick()), createTime: 0n, isListed: true });
  }

  #wish(orderId: string, kind: Wish["kind"], items: Holdings): void {
    const generation = (this.#generations.get(orderId) ?? 0) + 1;
    this.#generations.set(orderId, generation);
    this.#wishes.push({ orderId, generation, kind, items, time: this.#tick(), isOpen: true, answer: undefined });
  }

  /** Mostly an open one; now and then one that was settled long ago. */
  #anyWish(): Wish | undefined {
    const open = this.#wishes.filter((wish) => wish.isOpen);
    return this.#pick(this.#random() < 0.8 ? open : this.#wishes);
  }

  #tick(): bigint {
    this.#clock += 1n;
    return this.#clock;
  }

  #anyItems(): Holdings {
    return new Map([["ship", 1 + Math.floor(this.#random() * 9)]]);
  }

  #pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.#random() * list.length)];
  }
}
