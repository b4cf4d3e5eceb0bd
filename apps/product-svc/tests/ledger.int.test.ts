import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createDatabase, type Database } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { eventually } from "@skyport/testing";
import { CLOCK_SKEW_MS, TOMBSTONE_MS } from "../src/domain/reservation-age.ts";
import { carryForward, carryingForward, LEDGER_MS } from "../src/repositories/ledger.ts";
import { auditAll } from "./support/audit-all.ts";
import { createProduct, stockOf, uuidV7 } from "./support/fixtures.ts";
import { holding } from "./support/holding.ts";
import { startLoad } from "./support/load.ts";
import { sceneOf } from "./support/world.ts";

const DAYS = LEDGER_MS / 86_400_000;

const scene = sceneOf("in-process");
let first: Database;
let second: Database;

beforeAll(() => {
  first = createDatabase({ url: scene.databaseUrl });
  second = createDatabase({ url: scene.databaseUrl });
});

afterAll(() => Promise.all([first.close(), second.close()]));

const carry = (database = first) => carryForward(database, Deadline.after(20_000));

async function carryAll(): Promise<{ moved: number; dropped: string[] }> {
  const total = { moved: 0, dropped: [] as string[] };
  for (let more = true; more; ) {
    const round = await carry();
    total.moved += round.moved;
    total.dropped.push(...round.dropped);
    more = round.more;
  }
  return total;
}

/** Makes every row of the ledger's days that many days older. */
async function age(days: number): Promise<string> {
  const name = `stock_movements_${days}_days_ago`;
  await scene.sql(
    `DO $$ DECLARE day timestamptz := date_trunc('day', now(), 'UTC') - interval '${days} days'; BEGIN
      EXECUTE format('CREATE TABLE IF NOT EXISTS ${name} PARTITION OF stock_movements FOR VALUES FROM (%L) TO (%L)',
        day, day + interval '1 day');
      UPDATE stock_movements SET at = day WHERE at > '2000-01-01';
    END $$`,
  );
  return name;
}

/** Until the database's day lasts for as long as a test may: what is how many days old does not change within it. */
async function untilDayLasts(): Promise<void> {
  const lasts = async (): Promise<boolean> => {
    const [row] = await scene.sql(
      "SELECT now() + interval '40 s' < date_trunc('day', now(), 'UTC') + interval '1 day' AS lasts",
    );
    return row?.["lasts"] === true;
  };
  await eventually(lasts, { withinMs: 50_000, everyMs: 200 });
}

async function count(query: string): Promise<number> {
  const [row] = await scene.sql(`SELECT count(*) AS count FROM ${query}`);
  return Number(row?.["count"]);
}

const carriedOf = async (id: string): Promise<string[]> => {
  const rows = await scene.sql(
    `SELECT reservation_id, delta FROM stock_movements_carried JOIN products ON products.key = product_key
      WHERE products.id = '${id}' ORDER BY reservation_id NULLS FIRST`,
  );
  return rows.map((row) => `${String(row["reservation_id"])} ${String(row["delta"])}`);
};

const isClean = async (): Promise<void> => expect((await auditAll(scene)).discrepancies).toEqual([]);

async function reserve(reservationId: string, generation: number, productId: string, quantity: number): Promise<void> {
  const items = quantity === 0 ? [] : [{ productId, quantity }];
  await scene.inventory.setReservation({ reservationId, generation, items });
}

describe("old movements of stock", () => {
  beforeEach(untilDayLasts, 60_000);

  test("are kept for longer than released reservations are remembered", () => {
    expect(LEDGER_MS).toBeGreaterThan(TOMBSTONE_MS + CLOCK_SKEW_MS);
  });

  test("become sums, one for each product and reservation that holds some of it, and their partition goes", async () => {
    const { id } = await createProduct(scene, { inStock: 20 });
    const { id: deleted } = await createProduct(scene, { inStock: 5 });
    const [held, released, later] = [uuidV7(), uuidV7(), uuidV7()];
    await scene.inventory.adjustStock({ productId: id, delta: -2 });
    await reserve(held, 1, id, 3);
    await reserve(held, 2, id, 4);
    await reserve(released, 1, id, 5);
    await reserve(released, 2, id, 0);
    await reserve(later, 1, id, 6);
    await scene.products.deleteProduct({ id: deleted });
    const old = await age(DAYS + 2);
    const rows = await count(old);
    await reserve(later, 2, id, 0);
    await isClean();

    expect(await carryAll()).toEqual({ moved: rows, dropped: [old] });
    expect(await carriedOf(id)).toEqual(["null 18", ...[`${held} -4`, `${later} -6`].sort()]);
    expect(await count("stock_movements_carried")).toBe(3);
    await isClean();

    // What comes later is added, and what has come to nothing leaves no row.
    await reserve(held, 3, id, 1);
    await age(DAYS + 1);
    await carryAll();
    expect(await carriedOf(id)).toEqual(["null 18", `${held} -1`]);
    expect(await stockOf(scene, id)).toBe(17);
    await isClean();
  });

  test("stay as they are until a whole day of them is old enough", async () => {
    const { id } = await createProduct(scene, { inStock: 1 });
    const young = await age(DAYS);
    expect(await carry()).toEqual({ moved: 0, dropped: [], more: false });
    const old = await age(DAYS + 1);
    expect((await carryAll()).dropped).toEqual([old]);
    expect(await carriedOf(id)).toEqual(["null 1"]);
    // On the next day it would be in the way of a test.
    await scene.sql(`DROP TABLE ${young}`);
  });

  test("are found by the repeat of a wish: its products", async () => {
    const { id } = await createProduct(scene, { inStock: 3 });
    const reservation = uuidV7();
    await reserve(reservation, 1, id, 2);
    await age(DAYS + 1);
    await carryAll();
    await reserve(reservation, 1, id, 2);
    expect(await stockOf(scene, id)).toBe(1);
  });

  test("a reader in the way of the drop is not waited for long, and loses nothing", async () => {
    await createProduct(scene, { inStock: 3 });
    const old = await age(DAYS + 1);
    await holding(scene.databaseUrl, "SELECT FROM stock_movements LIMIT 1", async () => {
      expect(await carry()).toMatchObject({ dropped: [], more: true });
      // Nobody else waits behind the one who waits for the lock.
      await createProduct(scene, { inStock: 3 });
    });
    expect(await carry()).toEqual({ moved: 0, dropped: [old], more: false });
    await isClean();
  });

  test("a round is bounded, the first of a service to a step", async () => {
    await createProduct(scene, { inStock: 3 });
    const old = await age(DAYS + 1);
    const rows = await count(old);
    const round = carryingForward(first);
    expect(await round(Deadline.after(20_000))).toEqual({ moved: rows, dropped: [], more: true });
    expect(await round(Deadline.after(20_000))).toEqual({ moved: 0, dropped: [old], more: false });
  });

  test("under load, two at it, and an audit all the while: every sum stays what it was", async () => {
    await scene.sql(
      `WITH made AS (
        INSERT INTO products (id, title, passenger_capacity, maximum_speed, in_stock, revision)
        SELECT 'many-' || i, 'Many', 1, 1, 20, nextval('revisions') FROM generate_series(1, 400) AS i RETURNING key)
      INSERT INTO stock_movements (product_key, delta, kind)
      SELECT key, CASE WHEN part = 0 THEN -20 ELSE 1 END, 'adjustment' FROM made, generate_series(0, 40) AS part`,
    );
    const old = await age(DAYS + 3);
    const rows = await count(old);
    const load = await startLoad(scene.service, 20_000);
    let carrying = true;
    const audits = async (): Promise<number> => {
      let done = 0;
      for (; carrying; done++) await isClean();
      return done;
    };
    const rounds = async (database: Database): Promise<number> => {
      let moved = 0;
      while ((await count(`pg_class WHERE relname = '${old}'`)) > 0) moved += (await carry(database)).moved;
      return moved;
    };
    const auditing = audits();
    const moved = await Promise.all([rounds(first), rounds(second)]);
    carrying = false;
    expect(await auditing).toBeGreaterThan(0);
    expect(moved[0] + moved[1]).toBe(rows);
    expect(await load.stop()).toMatchObject({ failures: [] });
    await isClean();
  });
});
