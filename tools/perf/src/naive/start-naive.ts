import { join } from "node:path";
import { freePort } from "@skyport/testing";
import { Program } from "../stage/program.ts";
import type { Servers } from "../stage/servers.ts";
import { openSql, type Sql } from "../stage/sql.ts";
import { TABLES } from "./tables.ts";

/** Which of the design's faults are mended. */
export interface NaiveVariant {
  /** The gateway asks for the products that it needs, by id. */
  readonly targeted: boolean;
  /** The product role keeps what it has read until it is written. */
  readonly cache: boolean;
}

/** The exercise's design, running, with a database of its own. */
export interface Naive extends AsyncDisposable {
  /** The gateway. */
  readonly url: string;
  readonly database: string;
  readonly sql: Sql;
  readonly programs: readonly Program[];
}

const ENTRY = "tools/perf/src/naive/main.ts";

export function variantName({ targeted, cache }: NaiveVariant): string {
  if (targeted) return cache ? "targeted-cache" : "targeted";
  return cache ? "cache" : "naive";
}

/** Adds so many products. @param mark begins their ids: no two calls have the same */
export async function addNaiveProducts(sql: Sql, count: number, mark: string): Promise<void> {
  await sql(`
    INSERT INTO products SELECT '${mark}-' || lpad(n::text, 9, '0'), 'Vessel ' || (n % 9973) || ' of line ' || n,
      1 + n % 900, 1 + n % 30, 1000000, 1000 + n % 90000 FROM generate_series(1::bigint, ${count}::bigint) AS n`);
}

/** Starts its three roles on a fresh database that holds so many products. */
export async function startNaive(
  { postgres, cores }: Servers,
  variant: NaiveVariant,
  options: { readonly products: number; readonly folder: string; readonly name?: string },
): Promise<Naive> {
  await using opened = new AsyncDisposableStack();
  const { products, folder, name = `naive-${variantName(variant)}` } = options;
  const database = await postgres.createDatabase({ name });
  const sql = opened.use(openSql(database));
  for (const table of TABLES) await sql(table);
  await addNaiveProducts(sql, products, "p");
  await sql("VACUUM ANALYZE products");
  const programs: Program[] = [];
  const start = async (role: string, env: Readonly<Record<string, string>>): Promise<Program> => {
    const switches = [...(variant.targeted ? ["--targeted"] : []), ...(variant.cache ? ["--cache"] : [])];
    const program = opened.use(
      Program.start({
        name: `${role} of ${name}`,
        entry: ENTRY,
        args: [role, ...switches],
        port: await freePort(),
        logFile: join(folder, `${name}-${role}.log`),
        env: { NODE_ENV: "production", ...env },
      }),
    );
    programs.push(program);
    return program;
  };
  const product = await start("product", { DATABASE_URL: database });
  const order = await start("order", { DATABASE_URL: database });
  const gateway = await start("gateway", { PRODUCT_URL: product.url, ORDER_URL: order.url });
  await Promise.all(programs.map((program) => program.ready()));
  for (const program of programs) await program.pin(cores.system);
  const resources = opened.move();
  return { url: gateway.url, database, sql, programs, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
