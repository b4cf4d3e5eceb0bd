import { claimRequest, noRow, sqlStatement } from "@skyport/db";
import { DomainError } from "@skyport/errors";
import { OrderService } from "@skyport/proto";
import { sql } from "drizzle-orm";
import type { Hold } from "./hold.ts";
import { DataSide } from "./side.ts";

const p = sql.placeholder;

/** An open wish of an order. */
export interface OpenWish {
  readonly orderId: string;
  readonly generation: number;
  /** How often a recovery loop has claimed it. */
  readonly attempts: number;
}

const toWish = (row: Readonly<Record<string, unknown>>): OpenWish => ({
  orderId: String(row["order_id"]),
  generation: Number(row["generation"]),
  attempts: Number(row["attempts"]),
});

const wishOfRequest = sqlStatement(
  sql`SELECT * FROM order_intentions WHERE request_id = ${p("requestId")}::uuid AND state = 'open'`,
  toWish,
);

const wishOfOrder = sqlStatement(
  sql`SELECT * FROM order_intentions WHERE order_id = ${p("orderId")}::uuid AND state = 'open'`,
  toWish,
);

const CREATE_ORDER = OrderService.method.createOrder;

const freeOrder = sqlStatement(
  sql`SELECT 1 FROM orders WHERE id = ${p("orderId")}::uuid FOR UPDATE SKIP LOCKED`,
  () => true,
);

const lockWish = sqlStatement(
  sql`
  SELECT 1 FROM order_intentions
  WHERE order_id = ${p("orderId")}::uuid AND generation = ${p("generation")}::integer FOR UPDATE`,
  noRow,
);

const lockWishes = sqlStatement(sql`LOCK TABLE order_intentions IN SHARE MODE`, noRow);

// A wish that was granted or overtaken had an order; of one request there may be one such.
const twice = sqlStatement(
  sql`
  SELECT request_id::text FROM order_intentions WHERE kind = 'create' AND state = 'done' AND request_id IS NOT NULL
  GROUP BY request_id HAVING count(*) > 1`,
  ({ request_id }) => String(request_id),
);

const storyOf = sqlStatement(
  sql`
  SELECT to_jsonb(o)::text AS line FROM orders o WHERE id = ${p("orderId")}::uuid
  UNION ALL
  SELECT to_jsonb(i)::text FROM order_intentions i WHERE order_id = ${p("orderId")}::uuid`,
  ({ line }) => String(line),
);

/** order-svc's database, as far as the run has to look into it or stand in its way. */
export class OrderData extends DataSide {
  static async open(url: string): Promise<OrderData> {
    return new OrderData(await DataSide.connect(url));
  }

  async wishOfRequest(requestId: string): Promise<OpenWish | undefined> {
    return (await this.rows(wishOfRequest, { requestId }))[0];
  }

  async wishOfOrder(orderId: string): Promise<OpenWish | undefined> {
    return (await this.rows(wishOfOrder, { orderId }))[0];
  }

  /** Whether a transaction has claimed the request of a create. */
  async isClaimed(requestId: string): Promise<boolean> {
    const rpc = `${CREATE_ORDER.parent.typeName}/${CREATE_ORDER.name}`;
    try {
      await this.read((session) =>
        claimRequest(session, { principal: "", rpc, requestId, fingerprint: new Uint8Array() }),
      );
      return false;
    } catch (error) {
      if (error instanceof DomainError && error.reason === "REQUEST_IN_PROGRESS") return true;
      throw error;
    }
  }

  /** Whether a transaction has locked an order that exists. */
  async isLocked(orderId: string): Promise<boolean> {
    return (await this.rows(freeOrder, { orderId })).length === 0;
  }

  /** Keeps a wish from being closed. */
  holdWish({ orderId, generation }: OpenWish): Promise<Hold> {
    return this.hold(lockWish, { orderId, generation });
  }

  /** Keeps every wish from being written down, or closed. */
  holdWishes(): Promise<Hold> {
    return this.hold(lockWishes, {});
  }

  /** The requests that made more than one order. */
  requestsDoneTwice(): Promise<string[]> {
    return this.rows(twice, {});
  }

  /** Everything that is stored of an order, a line each, for people. */
  storyOf(orderId: string): Promise<string[]> {
    return this.rows(storyOf, { orderId });
  }
}
