import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { DomainError } from "@skyport/errors";
import { sharedPostgres } from "@skyport/testing";
import type { Context } from "../src/context.ts";
import { findReservation } from "../src/repositories/reservations.ts";
import { openContext } from "./support/context.ts";
import { migratedTemplate } from "./support/database.ts";
import { freshId, uuidV7 } from "./support/fixtures.ts";
import { holding } from "./support/holding.ts";
import { openSql, quoted, type Sql } from "./support/sql.ts";

const FORTNIGHT_MS = 14 * 86_400_000;

const resources = new AsyncDisposableStack();
let databaseUrl: string;
let sql: Sql;
let context: Context;

beforeAll(async () => {
  const postgres = resources.use(await sharedPostgres());
  databaseUrl = await postgres.createDatabase({ template: await migratedTemplate() });
  sql = resources.use(openSql(databaseUrl));
  context = await openContext(databaseUrl);
  resources.defer(() => context.close());
});

afterAll(() => resources.disposeAsync());

const soon = () => Deadline.after(20_000);

/** A product that no other test uses. */
async function productWith(inStock: number): Promise<string> {
  const id = freshId();
  await sql(
    `INSERT INTO products (id, title, passenger_capacity, maximum_speed, in_stock, revision)
      VALUES (${quoted(id)}, 'A ship', 1, 1, ${inStock}, nextval('revisions'))`,
  );
  return id;
}

async function stockOf(id: string): Promise<bigint> {
  const [row] = await sql(`SELECT in_stock FROM products WHERE id = ${quoted(id)}`);
  return BigInt(String(row?.["in_stock"]));
}

/** How many transactions have moved stock of a product. */
async function transactionsOf(id: string): Promise<number> {
  const [row] = await sql(
    `SELECT count(DISTINCT stock_movements.xmin::text) AS count FROM stock_movements
      JOIN products ON products.key = product_key WHERE products.id = ${quoted(id)}`,
  );
  return Number(row?.["count"]);
}

type Items = Readonly<Record<string, number>>;

/** What becomes of a wish, in a word. */
async function ask(id: string, items: Items, generation = 1, deadline = soon()): Promise<string> {
  const wanted = Object.entries(items).map(([productId, quantity]) => ({ productId, quantity }));
  try {
    const { refusal } = await context.reserver.reserve({ id, generation, items: wanted }, deadline);
    return refusal === undefined ? "held" : refusal.map(({ wanted: short, inStock }) => `${short}/${inStock}`).join();
  } catch (error) {
    if (error instanceof DomainError) return error.reason;
    throw error;
  }
}

/** Asks while somebody else has the product locked: the first alone, the others while the first one waits. */
async function askWhileLocked(
  productId: string,
  first: () => Promise<string>,
  rest: () => readonly Promise<string>[],
): Promise<string[]> {
  const asked: Promise<string>[] = [];
  const lock = `SELECT FROM products WHERE id = ${quoted(productId)} FOR UPDATE`;
  await holding(databaseUrl, lock, async (waiters) => {
    asked.push(first());
    await waiters(1);
    asked.push(...rest());
  });
  return Promise.all(asked);
}

describe("wishes for one product", () => {
  test("that come while another is being decided are decided in one transaction", async () => {
    const id = await productWith(100);
    const one = () => ask(uuidV7(), { [id]: 1 });
    const heard = await askWhileLocked(id, one, () => Array.from({ length: 40 }, one));
    expect(heard).toEqual(Array.from({ length: 41 }, () => "held"));
    expect(await stockOf(id)).toBe(100n - 41n);
    expect(await transactionsOf(id)).toBe(2);
  });

  test("are each answered for themselves, in the order in which they came", async () => {
    const id = await productWith(7);
    const [known, held, old] = [uuidV7(), uuidV7(), uuidV7(FORTNIGHT_MS)];
    await Promise.all([ask(known, { [id]: 1 }), ask(held, { [id]: 1 })]);
    const heard = await askWhileLocked(
      id,
      () => ask(uuidV7(), { [id]: 1 }),
      () => [
        ask(known, { [id]: 1 }),
        ask(old, { [id]: 1 }),
        ask(uuidV7(), { [id]: 5 }),
        ask(uuidV7(), { [id]: 1, [freshId("missing")]: 1 }),
        ask(held, { [id]: 4 }, 2),
        ask(uuidV7(), { [id]: 2 }),
        // Of one reservation there is only one in a transaction: this one comes in the next.
        ask(known, { [id]: 2 }),
        ask(uuidV7(), { [id]: 1 }),
      ],
    );
    expect(heard).toEqual([
      "held",
      "held",
      "INVALID_FIELDS",
      "5/4",
      "1/undefined",
      "held",
      "2/1",
      "REQUEST_ID_REUSED",
      "held",
    ]);
    expect(await stockOf(id)).toBe(0n);
    expect(await context.database.read(soon(), (session) => findReservation(session, old))).toBeUndefined();
  });

  test("whose callers have gone before their turn are not decided", async () => {
    const id = await productWith(9);
    const gone = uuidV7();
    const first = () => ask(uuidV7(), { [id]: 1 });
    const lock = `SELECT FROM products WHERE id = ${quoted(id)} FOR UPDATE`;
    let waiting: Promise<string> | undefined;
    await holding(databaseUrl, lock, async (waiters) => {
      waiting = first();
      await waiters(1);
      expect(await ask(gone, { [id]: 1 }, 1, Deadline.after(20))).toBe("DEADLINE_EXCEEDED");
    });
    expect(await waiting).toBe("held");
    expect(await ask(uuidV7(), { [id]: 1 })).toBe("held");
    expect(await stockOf(id)).toBe(7n);
    expect(await context.database.read(soon(), (session) => findReservation(session, gone))).toBeUndefined();
  });

  test("hold up none for another product", async () => {
    const [stuck, free] = [await productWith(9), await productWith(9)];
    const heard = await askWhileLocked(
      stuck,
      () => ask(uuidV7(), { [stuck]: 1 }),
      () => [ask(uuidV7(), { [stuck]: 1 }), ask(uuidV7(), { [stuck]: 1, [free]: 1 })],
    );
    expect(heard).toEqual(["held", "held", "held"]);
    const lock = `SELECT FROM products WHERE id = ${quoted(stuck)} FOR UPDATE`;
    let waiting: Promise<string> | undefined;
    await holding(databaseUrl, lock, async (waiters) => {
      waiting = ask(uuidV7(), { [stuck]: 1 });
      await waiters(1);
      const others = Array.from({ length: 8 }, () => ask(uuidV7(), { [free]: 1 }));
      expect(await Promise.all(others)).toEqual(others.map(() => "held"));
    });
    expect(await waiting).toBe("held");
    expect([await stockOf(stuck), await stockOf(free)]).toEqual([5n, 0n]);
  });

  test("that are released give back to those that wait", async () => {
    const id = await productWith(2);
    const holder = uuidV7();
    await ask(holder, { [id]: 2 });
    expect(await ask(uuidV7(), { [id]: 1 })).toBe("1/0");
    expect(await Promise.all([ask(holder, {}, 2), ask(holder, { [id]: 2 }, 1)])).toEqual(["held", "held"]);
    expect(await ask(uuidV7(), { [id]: 2 })).toBe("held");
    expect(await stockOf(id)).toBe(0n);
  });
});
