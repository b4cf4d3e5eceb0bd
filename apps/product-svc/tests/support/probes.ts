import { randomUUID } from "node:crypto";
import {
  appendChanges,
  claimRequest,
  createDatabase,
  type Database,
  recordResponse,
  type Transaction,
} from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { createWiretap, type Probe, type ProbedStatement, probeStatements } from "@skyport/testing";
import { auditedProductPage, auditedReservationPage } from "../../src/repositories/audit.ts";
import { listProducts } from "../../src/repositories/product-pages.ts";
import {
  adjustStock,
  deleteProduct,
  findProducts,
  insertProduct,
  updateProduct,
} from "../../src/repositories/products.ts";
import {
  findMovedProducts,
  findReservation,
  forgetUnbegun,
  listReservations,
  lockReservations,
  lockShelves,
  writeVerdicts,
} from "../../src/repositories/reservations.ts";
import { sweepTombstones } from "../../src/repositories/tombstones.ts";
import { freshId, uuidV7 } from "./fixtures.ts";
import { raw, type Sql } from "./sql.ts";
import { nameOf } from "./statement-names.ts";

const LIMIT = 51;
/** The most that one call may name. */
const BATCH = 100;
const LINES = 3;

const FIELDS = { title: "A ship", passengerCapacity: 1, maximumSpeed: 1, inStock: 1, price: undefined };

/** Every statement of the service and of what it uses of the database's library, on the rows of `fillWithRows`. */
function probes(rows: number, reservationId: string): Probe<Transaction>[] {
  const productId = (number: number): string => `product-${number}`;
  const spread = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => productId(1 + index * Math.floor(rows / count)));
  const fresh = uuidV7();
  const wish = { id: fresh, generation: 1, items: [] };
  const key = { principal: "", rpc: "probe", requestId: randomUUID(), fingerprint: Buffer.alloc(32) };
  const moment = { createTime: 0n, updateTime: 0n };
  const verdict = {
    wish,
    reservation: { ...moment, id: fresh, generation: 1, items: [], decisions: [{ generation: 1, fingerprint: "f" }] },
    refusal: undefined,
    movements: Array.from({ length: LINES }, (_, index) => ({
      productId: productId(1 + index * 3),
      productKey: BigInt(1 + index * 3),
      delta: -1,
    })),
  };
  const only = (tx: Transaction) => ({ transaction: (_: unknown, body: (inner: Transaction) => unknown) => body(tx) });
  return [
    (tx) => findProducts(tx, spread(BATCH)),
    (tx) => insertProduct(tx, { id: freshId(), ...FIELDS }),
    (tx) => updateProduct(tx, productId(rows / 2), undefined, { title: "A boat", inStock: 77 }),
    (tx) => adjustStock(tx, productId(rows / 2), 1),
    (tx) => deleteProduct(tx, productId(rows / 2), undefined),
    (tx) => listProducts(tx, { order: "create_time desc", titlePrefix: "", inStockOnly: false }, undefined, LIMIT),
    (tx) => lockReservations(tx, [wish]),
    (tx) => findMovedProducts(tx, [reservationId]),
    (tx) => lockShelves(tx, spread(LINES)),
    (tx) => writeVerdicts(tx, [verdict]),
    (tx) => forgetUnbegun(tx, [fresh]),
    (tx) => findReservation(tx, reservationId),
    (tx) => listReservations(tx, reservationId, LIMIT),
    (tx) => auditedProductPage(tx, BigInt(rows / 2), LIMIT),
    (tx) => auditedReservationPage(tx, reservationId, LIMIT),
    // All that it asks of a database is a transaction.
    (tx) => sweepTombstones(only(tx) as unknown as Database, Deadline.after(60_000)),
    (tx) => claimRequest(tx, key),
    (tx) => recordResponse(tx, { ...key, response: Buffer.alloc(200) }),
    (tx) => appendChanges(tx, [{ entity: "product", entityId: "a", operation: "update", revision: 1n }]),
  ];
}

/** Runs each statement, and tells how the database does. */
export async function probeAll(databaseUrl: string, sql: Sql, rows: number): Promise<readonly ProbedStatement[]> {
  await using tap = await createWiretap(databaseUrl);
  await using database = createDatabase({ url: tap.url, minConnections: 0, maxConnections: 1 });
  const [row] = await sql(`SELECT id FROM reservations ORDER BY id OFFSET ${Math.floor(rows / 20)} LIMIT 1`);
  const undo = new Error("rolled back on purpose");
  const rolledBack = async (probe: Probe<Transaction>): Promise<void> => {
    const done = database.transaction({ deadline: Deadline.after(60_000) }, async (tx) => {
      await probe(tx);
      throw undo;
    });
    await done.catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  };
  const all = probes(rows, String(row?.["id"]));
  // One session from BEGIN to ROLLBACK.
  await using direct = createDatabase({ url: databaseUrl, minConnections: 0, maxConnections: 1 });
  return await direct.read(Deadline.after(60_000), (session) => {
    const run = (text: string) => session.run(raw(text), {});
    return probeStatements<Transaction>({ tap, sql: run, rolledBack, nameOf }, all);
  });
}
