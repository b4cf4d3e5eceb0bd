import { randomUUID } from "node:crypto";
import { type Reservation, ReservationOutcome, StockDiscrepancyKind } from "@skyport/proto";
import { auditAll } from "../audit-all.ts";
import { failureOf } from "../failure.ts";
import { existing, freshId, uuidV7 } from "../fixtures.ts";
import type { TestService } from "../service.ts";
import type { Sql } from "../sql.ts";
import { type Call, itemsText, productName, type ReserveCall, type Slot } from "./call.ts";

type Instance = Pick<TestService, "products" | "inventory">;

/**
 * The service in the terms of a run: what callers hear is told in the words of the model. Its instances are called in turn.
 */
export class Inventory {
  readonly #instances: readonly Instance[];
  readonly #sql: Sql;
  readonly #suffix = freshId("");
  readonly #reservationIds: readonly string[];
  #calls = 0;

  private constructor(instances: readonly Instance[], sql: Sql, ageless: readonly boolean[]) {
    this.#instances = instances;
    this.#sql = sql;
    this.#reservationIds = ageless.map((is) => (is ? randomUUID() : uuidV7()));
  }

  /**
   * An empty inventory: what earlier runs have left is removed.
   *
   * @param ageless for each reservation, whether its id shall tell no age
   */
  static async empty(instances: readonly Instance[], sql: Sql, ageless: readonly boolean[]): Promise<Inventory> {
    await sql(
      "WITH a AS (DELETE FROM stock_movements), b AS (DELETE FROM reservations) DELETE FROM products RETURNING key",
    );
    return new Inventory(instances, sql, ageless);
  }

  /** Makes a call and tells what its caller hears. */
  async apply(call: Call): Promise<string> {
    const answer = this.#answer(call);
    return answer.catch(async () => this.#failure(await failureOf(answer)));
  }

  #failure({ reason, fields, preconditions, resources }: Awaited<ReturnType<typeof failureOf>>): string {
    if (reason === "PRODUCT_NOT_FOUND" || reason === "RESERVATION_NOT_FOUND") {
      return `${reason} ${resources.map((name) => this.#named(name.replace(/^.*\//, ""))).join(" ")}`;
    }
    const details = [...preconditions, ...fields].map((text) => this.#named(text)).toSorted();
    return [reason, details.join("; ")].filter((part) => part !== "").join(" ");
  }

  async #answer(call: Call): Promise<string> {
    const { products, inventory } = existing(this.#instances[this.#calls++ % this.#instances.length]);
    switch (call.kind) {
      case "create": {
        const id = this.#productId(call.product);
        return stock(await products.createProduct({ product: { id, title: "A ship", inStock: call.inStock } }));
      }
      case "delete":
        await products.deleteProduct({ id: this.#productId(call.product) });
        return "deleted";
      case "adjust":
        return stock(await inventory.adjustStock({ productId: this.#productId(call.product), delta: call.delta }));
      case "overwrite": {
        const product = { id: this.#productId(call.product), inStock: call.inStock };
        return stock(await products.updateProduct({ product, updateMask: { paths: ["in_stock"] } }));
      }
      case "get":
        return stock(await products.getProduct({ id: this.#productId(call.product) }));
      case "reserve":
        return this.#told((await inventory.setReservation(this.#wish(call))).reservation);
      case "look": {
        const reservationId = existing(this.#reservationIds[call.reservation]);
        return this.#told((await inventory.getReservation({ reservationId })).reservation);
      }
      case "audit": {
        const { discrepancies } = await auditAll({ inventory });
        const found = discrepancies.map(
          ({ kind, resourceName, productId, expected, actual }) =>
            `${StockDiscrepancyKind[kind]} ${resourceName} ${productId} ${expected} ${actual}`,
        );
        return found.length === 0 ? "clean" : this.#named(found.join("; "));
      }
    }
  }

  /** The ledger's rows: a line a product's incarnation, in no order of meaning. */
  async ledger(): Promise<string[]> {
    const rows = await this.#sql(
      `SELECT product_key, string_agg(entry, ', ' ORDER BY entry) AS entries FROM (
        SELECT product_key, concat_ws(' ', kind, 'r' || reservation_id::text, 'generation ' || generation, delta) AS entry
        FROM stock_movements) AS rows GROUP BY product_key`,
    );
    return rows.map(({ entries }) => sortedEntries(this.#named(String(entries)))).sort();
  }

  #productId(product: Slot): string {
    return productName(product) + this.#suffix;
  }

  #wish({ reservation, generation, items }: ReserveCall) {
    return {
      reservationId: existing(this.#reservationIds[reservation]),
      generation,
      items: items.map(({ product, quantity }) => ({ productId: this.#productId(product), quantity })),
    };
  }

  #told(message: Reservation | undefined): string {
    const { generation, outcome, items } = existing(message);
    const held = items.map(({ productId, quantity }) => ({
      product: Number(productId.slice(1, -this.#suffix.length)),
      quantity,
    }));
    return `generation ${generation} ${ReservationOutcome[outcome]} [${itemsText(held)}]`;
  }

  /** A text with the names of the run in place of its ids. */
  #named(text: string): string {
    const named = text.replaceAll(this.#suffix, "");
    return this.#reservationIds.reduce(
      (done, id, slot) => done.replaceAll(`r${id}`, `r${slot}`).replaceAll(id, `r${slot}`),
      named,
    );
  }
}

function stock({ product }: { readonly product?: { readonly inStock?: number | undefined } | undefined }): string {
  return String(existing(product?.inStock));
}

function sortedEntries(entries: string): string {
  return entries.split(", ").toSorted().join(", ");
}
