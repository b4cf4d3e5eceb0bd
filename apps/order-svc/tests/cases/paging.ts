import { beforeAll, describe, expect, test } from "@jest/globals";
import { sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { type Order, OrderView } from "@skyport/proto";
import { sql } from "drizzle-orm";
import { failureOf } from "../support/failure.ts";
import { idsOf, lister, micros, timestamp } from "../support/lists.ts";
import { eur } from "../support/product-server.ts";
import type { System } from "../support/system.ts";

/** Pages of ListOrders: how much they hold. */
export function paging(system: () => System): void {
  const { list, walk, ordered } = lister(system);

  describe("a page of orders", () => {
    const window = { createTimeBefore: { seconds: BigInt(Date.UTC(2002) / 1_000) } };

    beforeAll(async () => {
      // Orders without stock, in a time when no other test looks.
      const made = sqlStatement(
        sql`INSERT INTO orders (id, state, line_items, generation, revision, create_time)
          SELECT gen_random_uuid(), 'cancelled', '[]', 1, nextval('revisions'), timestamptz '2001-01-01 00:00:00Z' + n * interval '1 s'
          FROM generate_series(1, 1003) AS n`,
        () => undefined,
      );
      await system().database.read(Deadline.after(10_000), (session) => session.run(made, {}));
    });

    test.each([
      [0, 50],
      [1, 1],
      [999, 999],
      [1_000, 1_000],
      [1_001, 1_000],
      [2 ** 31 - 1, 1_000],
    ])("asked for %p holds %p", async (pageSize, length) => {
      const page = await list({ filter: window, pageSize });
      expect(page.orders).toHaveLength(length);
      expect(page.nextPageToken).not.toBe("");
    });

    test.each([
      [0, 50],
      [100, 100],
      [101, 100],
      [1_000, 100],
    ])("in FULL view, asked for %p, holds %p", async (pageSize, length) => {
      expect((await list({ filter: window, pageSize, view: OrderView.FULL })).orders).toHaveLength(length);
    });

    test("asked for less than nothing is refused", async () => {
      expect(await failureOf(list({ pageSize: -1 }))).toMatchObject({
        reason: "INVALID_FIELDS",
        fields: ["page_size"],
      });
    });

    test("that ends with the last order has no next one", async () => {
      const last = await walk({ filter: window, pageSize: 1_000 });
      expect(last).toHaveLength(1_003);
      const [at] = last.slice(-3);
      const filter = { createTimeBefore: timestamp(at === undefined ? 0n : micros(at), 1) };
      expect(await list({ filter, pageSize: 3 })).toMatchObject({ orders: last.slice(-3), nextPageToken: "" });
      expect(await list({ filter, pageSize: 4 })).toMatchObject({ orders: last.slice(-3), nextPageToken: "" });
      expect((await list({ filter, pageSize: 2 })).nextPageToken).not.toBe("");
    });

    test("ends at 1 MiB, and the next one goes on", async () => {
      const { product } = system();
      const title = "\u{1f680}".repeat(200);
      const ids = await Promise.all(
        Array.from({ length: 100 }, () => product.add({ title, inStock: 20, price: eur(1) })),
      );
      const made: Order[] = [];
      for (let index = 0; index < 13; index++) made.push(await ordered(...ids));
      const filter = { productId: ids[0] ?? "" };
      const first = await list({ filter, orderBy: "create_time", pageSize: 1_000 });
      expect(first.orders.length).toBeLessThan(13);
      expect(first.orders.length).toBeGreaterThan(5);
      const second = await list({ filter, orderBy: "create_time", pageSize: 1_000, pageToken: first.nextPageToken });
      expect(idsOf([...first.orders, ...second.orders])).toEqual(idsOf(made));
      const full = await list({ filter, orderBy: "create_time", view: OrderView.FULL });
      expect(idsOf(full.orders)).toEqual(idsOf(first.orders));
      expect(full.orders.at(-1)?.lineItems.at(-1)?.product?.title).toBe(title);
    });
  });
}
