import { setTimeout as sleep } from "node:timers/promises";
import { JsonClient } from "../load/connect-json.ts";
import { productId } from "./keys.ts";
import type { Shop } from "./shop.ts";
import { databaseName } from "./sql.ts";
import type { StatementLog } from "./statement-log.ts";

const GET_PRODUCT = "skyport.product.v1.ProductService/GetProduct";
/** Reads in a row that have to do without the database. */
const HITS = 5;
/** A fresh Redis takes no values for seven seconds. */
const WITHIN_MS = 30_000;
const PAUSE_MS = 200;

/** Resolves once every product-svc answers from the cache. @throws Error when one never does */
export async function untilCached(
  { productServices, productDatabase }: Pick<Shop, "productServices" | "productDatabase">,
  log: StatementLog,
): Promise<void> {
  using client = new JsonClient();
  const database = databaseName(productDatabase);
  const end = performance.now() + WITHIN_MS;
  for (const { url, name } of productServices) {
    while (!(await answersFromCache(client, url, database, log))) {
      if (performance.now() >= end) throw new Error(`${name} still reads the database after ${WITHIN_MS} ms`);
      await sleep(PAUSE_MS);
    }
  }
}

async function answersFromCache(
  client: JsonClient,
  url: string,
  database: string,
  log: StatementLog,
): Promise<boolean> {
  const id = productId(1);
  await client.call(url, GET_PRODUCT, { id });
  const statements = await log.capture(async () => {
    for (let n = 0; n < HITS; n++) await client.call(url, GET_PRODUCT, { id });
  });
  return !statements.some((statement) => statement.database === database && statement.text.includes("products"));
}
