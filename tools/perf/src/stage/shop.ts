import { join } from "node:path";
import { ensureBundle, type ServiceName } from "@skyport/bundle";
import { freePort } from "@skyport/testing";
import type { Progress } from "../targets/target.ts";
import { Program, ROOT } from "./program.ts";
import { seedShop } from "./seed.ts";
import type { Servers } from "./servers.ts";
import { openSql, type Sql } from "./sql.ts";

const SECRET = "the same secret for every instance";

export interface ShopOptions {
  /** Names its log files. */
  readonly name: string;
  readonly products: number;
  readonly orders: number;
  /** The run's folder: logs go there. */
  readonly folder: string;
  /** How many processes of each service; more than one need Redis. Default 1. */
  readonly instances?: number;
  /** What the services are told beside what they need, such as LOG_LEVEL. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A Skyport of the run's own: filled databases and the services on them. */
export interface Shop extends AsyncDisposable {
  readonly products: number;
  readonly orders: number;
  /** Instances of product-svc and order-svc; at least one of each. */
  readonly productServices: readonly Program[];
  readonly orderServices: readonly Program[];
  /** The first instance of each. */
  readonly productUrl: string;
  readonly orderUrl: string;
  readonly productDatabase: string;
  readonly orderDatabase: string;
  readonly productSql: Sql;
  readonly orderSql: Sql;
}

/** Databases, migrated by the services themselves, then filled, then served. */
export async function startShop(servers: Servers, options: ShopOptions, progress: Progress): Promise<Shop> {
  await using opened = new AsyncDisposableStack();
  const { postgres, redis, cores } = servers;
  const { name, products, orders, folder, instances = 1 } = options;
  progress.show(0, `${name}: starting`);
  const productDatabase = await postgres.createDatabase({ name: `${name}_product` });
  const orderDatabase = await postgres.createDatabase({ name: `${name}_order` });
  const start = async (service: ServiceName, index: number, env: Readonly<Record<string, string>>) => {
    const program = opened.use(
      Program.start({
        name: `${service} ${index + 1} of ${name}`,
        // As production runs it.
        entry: await ensureBundle(ROOT, service),
        port: await freePort(),
        logFile: join(folder, `${name}-${service}-${index + 1}.log`),
        env: {
          PAGE_TOKEN_SECRET: SECRET,
          LOG_LEVEL: "warn",
          NODE_ENV: "production",
          ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
          ...options.env,
          ...env,
        },
      }),
    );
    return program;
  };
  const productServices: Program[] = [];
  const orderServices: Program[] = [];
  for (let index = 0; index < instances; index++) {
    const product = await start("product-svc", index, { DATABASE_URL: productDatabase });
    const peer = { DATABASE_URL: orderDatabase, PRODUCT_SVC_URL: product.url };
    productServices.push(product);
    orderServices.push(await start("order-svc", index, peer));
  }
  await Promise.all([...productServices, ...orderServices].map((program) => program.ready()));
  const productSql = opened.use(openSql(productDatabase));
  const orderSql = opened.use(openSql(orderDatabase));
  await seedShop({ product: productSql, order: orderSql }, products, orders, progress);
  for (const program of [...productServices, ...orderServices]) await program.pin(cores.system);
  const [product] = productServices;
  const [order] = orderServices;
  if (product === undefined || order === undefined) throw new RangeError("a shop needs at least one instance");
  const resources = opened.move();
  return {
    products,
    orders,
    productServices,
    orderServices,
    productUrl: product.url,
    orderUrl: order.url,
    productDatabase,
    orderDatabase,
    productSql,
    orderSql,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
