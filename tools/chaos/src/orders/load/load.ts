import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { OrderState, OrderView } from "@skyport/proto";
import type { Random } from "../../worker/random.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { numberOf, type Shelf, type WantedLine } from "../ledger/lines.ts";
import type { Known, Purchase } from "../ledger/purchase.ts";
import type { Member } from "../shop/member.ts";
import type { Asker } from "./asker.ts";
import type { Shopper } from "./shopper.ts";
import type { Unanswered } from "./unanswered.ts";

export interface LoadOptions {
  readonly ledger: Ledger;
  readonly shopper: Shopper;
  readonly unanswered: Unanswered;
  /** Of order-svc and of product-svc. */
  readonly orders: Asker;
  readonly products: Asker;
  /** Every order-svc. */
  readonly everywhere: readonly Member[];
  readonly shelves: readonly Shelf[];
  readonly random: Random;
}

/** How often each operation comes, in relation to the others. */
const WEIGHTS = {
  create: 26,
  twins: 4,
  update: 14,
  rivals: 2,
  cancel: 9,
  delete: 14,
  meddle: 4,
  again: 5,
  get: 14,
  list: 4,
  adjust: 4,
  late: 4,
} as const;

type Operation = keyof typeof WEIGHTS;

const OPERATIONS = (Object.keys(WEIGHTS) as Operation[]).flatMap((name) => Array<Operation>(WEIGHTS[name]).fill(name));

const CLIENTS = 6;
const PAUSE_MS = 40;
const MOST_LINES = 3;
const MOST_OF_ONE = 5;
/** More orders than that are not wanted: each check reads them all. */
const MOST_ORDERS = 1_500;

/** Callers that do all that callers can, several at a time, without a stop. */
export class Load {
  readonly #options: LoadOptions;
  readonly #random: Random;
  #clients: Promise<void>[] = [];
  #isStopped = true;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#random = options.random;
  }

  start(): void {
    this.#isStopped = false;
    this.#clients = Array.from({ length: CLIENTS }, () => this.#client());
  }

  /** Resolves when every caller has come to the end of what it does. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#clients);
  }

  async #client(): Promise<void> {
    while (!this.#isStopped) {
      await this.#operate(this.#random.pick(OPERATIONS));
      await sleep(this.#random.next() * PAUSE_MS);
    }
  }

  async #operate(operation: Operation): Promise<void> {
    const { ledger, shopper, shelves } = this.#options;
    const random = this.#random;
    const purchases = ledger.purchases.filter(({ orders, isReserved }) => orders.size > 0 && !isReserved);
    const purchase = purchases.length === 0 ? undefined : random.pick(purchases);
    if (operation === "create" && purchases.length < MOST_ORDERS)
      return shopper.create(shopper.open(this.#wish(shelves)));
    if (operation === "twins") return this.#twins(shopper.open(this.#wish(shelves)));
    if (operation === "list") return this.#list();
    if (operation === "meddle") return this.#meddle();
    if (operation === "adjust") return this.#adjust(random.pick(shelves));
    const known = purchase?.confirmed ?? [...(purchase?.orders.values() ?? [])][0];
    if (purchase === undefined || known === undefined) return;
    if (operation === "late") return this.#late(purchase, known);
    if (operation === "get") return this.#get(purchase, known);
    if (purchase.isActive) return;
    const conditional = random.chance(0.5);
    const etag = conditional ? known.etag : "";
    if (operation === "again") return purchase.fate === "acknowledged" ? shopper.create(purchase) : undefined;
    if (known.standing === "gone") return;
    if (operation === "cancel") return shopper.cancel(purchase, known.id, etag);
    if (operation === "delete" || operation === "create") return shopper.delete(purchase, known.id, etag);
    if (known.standing !== "confirmed") return;
    if (operation === "update") return shopper.update(purchase, known, this.#wish(shelves), conditional);
    purchase.isContended = true;
    const rivals = [1, 2].map(() => shopper.update(purchase, known, this.#wish(shelves), true));
    await Promise.all(rivals);
  }

  #wish(shelves: readonly Shelf[]): WantedLine[] {
    const random = this.#random;
    return random.sample(shelves, 1 + random.below(MOST_LINES)).map((shelf, index) => ({
      shelf,
      quantity: 1 + random.below(MOST_OF_ONE),
      isMarked: index === 0 || random.chance(0.5),
    }));
  }

  /** The same request everywhere at once: one order comes of it, and all are told of that one. */
  async #twins(purchase: Purchase): Promise<void> {
    const { shopper, everywhere } = this.#options;
    // One may be refused, and the other come after that and be granted.
    purchase.isContended = true;
    await Promise.all(everywhere.map((first) => shopper.create(purchase, { first })));
  }

  async #get(purchase: Purchase, known: Known): Promise<void> {
    const { ledger, orders } = this.#options;
    const since = performance.now();
    const wasActive = purchase.isActive;
    const view = this.#random.pick([OrderView.BASIC, OrderView.FULL]);
    const answer = await orders.ask(
      { name: "get", call: (clients, call) => clients.orders.getOrder({ id: known.id, view }, call) },
      { attempts: 1 },
    );
    if (answer.kind === "acknowledged" && answer.value.order !== undefined) {
      ledger.seen(answer.value.order, since, "GetOrder");
    } else if (answer.kind === "refused" && answer.reason === "ORDER_NOT_FOUND") {
      if (!wasActive && purchase.isQuietSince(since)) ledger.missed(purchase, known.id, "GetOrder");
    }
  }

  async #list(): Promise<void> {
    const { ledger, orders } = this.#options;
    const since = performance.now();
    const answer = await orders.ask(
      { name: "list", call: (clients, call) => clients.orders.listOrders({ pageSize: 50 }, call) },
      { attempts: 1 },
    );
    if (answer.kind !== "acknowledged") return;
    for (const order of answer.value.orders) ledger.seen(order, since, "ListOrders");
  }

  /** Cancels or deletes somebody else's order while it is being made. */
  async #meddle(): Promise<void> {
    const { ledger, orders, shopper } = this.#options;
    const filter = { state: OrderState.PENDING };
    const answer = await orders.ask(
      { name: "list", call: (clients, call) => clients.orders.listOrders({ pageSize: 5, filter }, call) },
      { attempts: 1 },
    );
    if (answer.kind !== "acknowledged" || answer.value.orders.length === 0) return;
    const order = this.#random.pick(answer.value.orders);
    const purchase = ledger.find(numberOf(order));
    if (purchase === undefined)
      return ledger.violate("UNKNOWN ORDER", `${order.id} is pending, and nobody asked for it`);
    if (purchase.isReserved) return;
    purchase.isContended = true;
    if (this.#random.chance(0.5)) await shopper.cancel(purchase, order.id, "");
    else await shopper.delete(purchase, order.id, "");
  }

  /** The first call for an order's stock arrives once more, long after it was decided: it must change nothing. */
  async #late({ wanted }: Purchase, { id }: Known): Promise<void> {
    const items = wanted.map(({ shelf, quantity }) => ({ productId: shelf.id, quantity }));
    const request = { reservationId: id, generation: 1, items };
    await this.#options.products.ask(
      { name: "late", call: ({ inventory }, call) => inventory.setReservation(request, call) },
      { attempts: 1 },
    );
  }

  async #adjust(shelf: Shelf): Promise<void> {
    const { ledger, unanswered, products } = this.#options;
    const delta = this.#random.pick([-3, -2, -1, 1, 2, 3]);
    const request = { productId: shelf.id, delta, requestId: randomUUID() };
    await unanswered.carry(
      {
        name: "adjust",
        call: ({ inventory }, call) => inventory.adjustStock(request, call),
        settled: (answer) => {
          if (answer.kind === "acknowledged") ledger.adjusted(shelf.id, delta);
        },
      },
      {},
      products,
    );
  }
}
