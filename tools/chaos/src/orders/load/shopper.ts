import { randomUUID } from "node:crypto";
import type { Order } from "@skyport/proto";
import type { Ledger } from "../ledger/ledger.ts";
import { expectedLines, lineItems, type WantedLine } from "../ledger/lines.ts";
import type { Known, Purchase } from "../ledger/purchase.ts";
import type { AskOptions } from "./asker.ts";
import type { Unanswered } from "./unanswered.ts";

/** What a change that somebody else may have come before is refused with. */
const OVERTAKEN: ReadonlySet<string> = new Set(["ORDER_NOT_FOUND", "ORDER_CANCELLED", "ETAG_MISMATCH"]);

/** The writes of callers, each held against the ledger. */
export class Shopper {
  readonly #ledger: Ledger;
  readonly #unanswered: Unanswered;

  constructor(ledger: Ledger, unanswered: Unanswered) {
    this.#ledger = ledger;
    this.#unanswered = unanswered;
  }

  /** Opens a purchase; `create` asks for it. */
  open(wanted: readonly WantedLine[]): Purchase {
    return this.#ledger.open(wanted);
  }

  /** Asks for the order of a purchase; once more when it was asked for before. */
  create(purchase: Purchase, options?: AskOptions): Promise<void> {
    const { requestId, wanted, number } = purchase;
    const request = { requestId, order: { lineItems: lineItems(wanted, { number, change: 0 }) } };
    return this.#unanswered.carry(
      {
        name: "create",
        purchase,
        keepsAnswer: true,
        call: ({ orders }, call) => orders.createOrder(request, call),
        settled: (answer) => {
          if (answer.kind === "acknowledged") this.#ledger.created(purchase, orderOf(answer.value));
          else this.#createRefused(purchase, answer.reason);
        },
      },
      options,
    );
  }

  /** Replaces the line items, only while the etag is the known one if `conditional`. */
  update(
    purchase: Purchase,
    known: Known,
    wanted: readonly WantedLine[],
    conditional: boolean,
    options?: AskOptions,
  ): Promise<void> {
    purchase.changes += 1;
    const mark = { number: purchase.number, change: purchase.changes };
    const expected = expectedLines(wanted, mark);
    purchase.possible.add(expected);
    const etag = conditional ? known.etag : undefined;
    const order = { id: known.id, lineItems: lineItems(wanted, mark), ...(etag !== undefined && { etag }) };
    const request = { order, requestId: randomUUID() };
    let first: string | undefined;
    return this.#unanswered.carry(
      {
        name: "update",
        purchase,
        keepsAnswer: true,
        call: ({ orders }, call) => orders.updateOrder(request, call),
        settled: (answer) => {
          if (answer.kind === "refused") return this.#changeRefused("update", purchase, known, answer.reason);
          const answered = orderOf(answer.value);
          if (first === undefined) this.#ledger.changed(purchase, known, answered, expected, etag);
          else if (first !== answered.etag) {
            this.#ledger.violate(
              "OTHER ANSWER",
              `a repeat of the update got etag ${answered.etag}, not ${first}`,
              purchase,
            );
          }
          first = answered.etag;
        },
      },
      options,
    );
  }

  cancel(purchase: Purchase, id: string, etag: string, options?: AskOptions): Promise<void> {
    return this.#unanswered.carry(
      {
        name: "cancel",
        purchase,
        call: ({ orders }, call) => orders.cancelOrder({ id, etag }, call),
        settled: (answer) => {
          if (answer.kind === "acknowledged") this.#ledger.cancelled(purchase, orderOf(answer.value));
          else this.#changeRefused("cancel", purchase, purchase.orders.get(id), answer.reason);
        },
      },
      options,
    );
  }

  delete(purchase: Purchase, id: string, etag: string, options?: AskOptions): Promise<void> {
    return this.#unanswered.carry(
      {
        name: "delete",
        purchase,
        call: async ({ orders }, call) => void (await orders.deleteOrder({ id, etag }, call)),
        settled: (answer) => {
          // What is not found was deleted by an earlier attempt, or by somebody beside this one, or never became an order.
          const known = purchase.orders.get(id);
          if (answer.kind === "acknowledged") this.#ledger.deleted(purchase, id);
          else if (answer.reason === "ORDER_NOT_FOUND") {
            if (answer.isSure && !purchase.isShared) this.#ledger.missed(purchase, id, "delete");
            this.#ledger.deleted(purchase, id);
          } else this.#changeRefused("delete", purchase, known, answer.reason);
        },
      },
      options,
    );
  }

  #createRefused(purchase: Purchase, reason: string): void {
    if (isNoAnswer(reason) && purchase.answered !== undefined) return;
    if (purchase.answered !== undefined && !purchase.isContended) {
      this.#ledger.violate("OTHER ANSWER", `a repeat of an acknowledged create was refused: ${reason}`, purchase);
    }
    const isExpected = reason === "OUT_OF_STOCK" || (purchase.isContended && OVERTAKEN.has(reason));
    if (!isExpected && !isNoAnswer(reason)) this.#ledger.violate("WRONG REFUSAL", `create: ${reason}`, purchase);
    this.#ledger.refused(purchase);
  }

  #changeRefused(name: string, purchase: Purchase, known: Known | undefined, reason: string): void {
    const isExpected =
      (name === "update" && reason === "OUT_OF_STOCK") || (purchase.isContended && OVERTAKEN.has(reason));
    if (isExpected || isNoAnswer(reason)) return;
    const etag = known === undefined ? "none" : known.etag;
    this.#ledger.violate("WRONG REFUSAL", `${name}: ${reason}; the known etag is ${etag}`, purchase);
  }
}

/** What says nothing about the order: nobody could do anything. */
const NO_ANSWERS: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "RATE_LIMITED",
  "CACHE_UNAVAILABLE",
  "DATABASE_UNAVAILABLE",
]);

function isNoAnswer(reason: string): boolean {
  return NO_ANSWERS.has(reason);
}

function orderOf({ order }: { readonly order?: Order | undefined }): Order {
  if (order === undefined) throw new Error("an answer without an order");
  return order;
}
