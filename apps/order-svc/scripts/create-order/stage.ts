import { createDatabase, noRow, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { createWiretap, type Execution } from "@skyport/testing";
import { sql } from "drizzle-orm";
import { postOrder } from "./load.ts";
import { type Databases, startServices } from "./services.ts";

/** How many products the orders are spread over. */
export const PRODUCTS = 9_999;

/** The id of a product; its key in the database is its number. */
export function productId(number: number): string {
  return `bench-${String(number).padStart(6, "0")}`;
}

/** Fills a database that a product-svc has migrated. */
export async function fillProducts(databases: Databases): Promise<void> {
  await using product = createDatabase({ url: databases.product });
  const run = (text: string) =>
    product.read(Deadline.after(60_000), (session) => session.run(sqlStatement(sql.raw(text), noRow), {}));
  await run(
    `INSERT INTO products (id, title, passenger_capacity, maximum_speed, in_stock, price_currency, price_units, price_nanos, revision)
      SELECT 'bench-' || lpad(i::text, 6, '0'), 'Ship', 1, 1, 2000000000, 'EUR', 1, 0, nextval('revisions')
      FROM generate_series(1, ${PRODUCTS}) AS i`,
  );
  await run("VACUUM ANALYZE products");
}

/** The round trips of one CreateOrder, in three transactions, and what in them stands for the order. */
export interface Recorded {
  readonly orderId: string;
  readonly writtenDown: readonly (readonly Execution[])[];
  readonly reserved: readonly (readonly Execution[])[];
  readonly confirmed: readonly (readonly Execution[])[];
}

/** Fills the databases, and listens to a CreateOrder of the last product, on connections that have run its statements before. */
export async function record(root: string, databases: Databases): Promise<Recorded> {
  await using order = await createWiretap(databases.order);
  await using product = await createWiretap(databases.product);
  await using services = await startServices(root, { ...databases, order: order.url, product: product.url });
  await fillProducts(databases);
  for (let warm = 0; warm < 30; warm++) await postOrder(services.orderUrl, productId(PRODUCTS));
  const isOfCall = (trip: readonly Execution[]) =>
    trip.some(({ text }) => !/pg_control_system|^set statement_timeout|FOR UPDATE SKIP LOCKED/.test(text));
  order.clear();
  product.clear();
  const { id } = await postOrder(services.orderUrl, productId(PRODUCTS));
  const orderTrips = order.trips.filter(isOfCall);
  const second = orderTrips.findIndex((trip, at) => at > 0 && /^begin/.test(trip[0]?.text ?? ""));
  const [writtenDown, confirmed] = [orderTrips.slice(0, second), orderTrips.slice(second)];
  const reserved = product.trips.filter(isOfCall);
  if (reserved.length === 0 || second < 1) throw new Error("the statements of CreateOrder were not heard");
  return { orderId: id, writtenDown, reserved, confirmed };
}
