import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createDatabase, type Database } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { sweepTombstones } from "../src/repositories/tombstones.ts";
import { failureOf } from "./support/failure.ts";
import { createProduct, uuidV7 } from "./support/fixtures.ts";
import { holding } from "./support/holding.ts";
import { sceneOf } from "./support/world.ts";

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

const scene = sceneOf("in-process");
let database: Database;

beforeAll(() => {
  database = createDatabase({ url: scene.databaseUrl });
});

afterAll(() => database.close());

const sweep = () => sweepTombstones(database, Deadline.after(10_000));

async function reservation(generation: number, productId?: string, ageMs = 0): Promise<string> {
  const reservationId = uuidV7(Math.min(ageMs, WEEK_MS - HOUR_MS));
  const items = productId === undefined ? [] : [{ productId, quantity: 1 }];
  await scene.inventory.setReservation({ reservationId, generation, items });
  await scene.sql(
    `UPDATE reservations SET update_time = now() - ${ageMs} * interval '1 millisecond' WHERE id = '${reservationId}'`,
  );
  return reservationId;
}

async function exists(reservationId: string): Promise<boolean> {
  const { reservations } = await scene.inventory.listReservations({ pageSize: 1000 });
  return reservations.some(({ id }) => id === reservationId);
}

test("released reservations are removed once they are older than a week and an hour, and nothing else is", async () => {
  const { id: productId } = await createProduct(scene, { inStock: 10 });
  const old = await reservation(1, undefined, WEEK_MS + 2 * HOUR_MS);
  const kept = [
    await reservation(1, undefined, WEEK_MS + HOUR_MS / 2),
    await reservation(1),
    await reservation(1, productId, 10 * WEEK_MS),
  ];
  expect(await sweep()).toBe(1);
  expect(await exists(old)).toBe(false);
  for (const id of kept) expect(await exists(id)).toBe(true);
  const [change] = await scene.sql(`SELECT operation FROM changes WHERE entity_id = '${old}' ORDER BY id DESC LIMIT 1`);
  expect(change?.["operation"]).toBe("delete");
  expect((await failureOf(scene.inventory.getReservation({ reservationId: old }))).reason).toBe(
    "RESERVATION_NOT_FOUND",
  );
});

test("one that is being worked on is left for the next round", async () => {
  const id = await reservation(1, undefined, 2 * WEEK_MS);
  await holding(scene.databaseUrl, `SELECT FROM reservations WHERE id = '${id}' FOR UPDATE`, async () => {
    expect(await sweep()).toBe(0);
  });
  expect(await sweep()).toBe(1);
});

test("more than a batch goes in one round", async () => {
  await scene.sql(
    `INSERT INTO reservations (id, generation, update_time)
      SELECT uuidv7(), 1, now() - interval '8 days' FROM generate_series(1, 2500)`,
  );
  expect(await sweep()).toBe(2500);
});
