import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLink, startPostgres, startRedis, type TestPostgres, type TestRedis } from "@skyport/testing";
import { Instance } from "../../service/instance.ts";
import { OrderData } from "../data/order-data.ts";
import { ProductData } from "../data/product-data.ts";
import { createRoles } from "../data/roles.ts";
import { Member, type ServiceName } from "./member.ts";

/** Spares each process a part of its start. Only one that ends in order adds to it. */
const COMPILE_CACHE = fileURLToPath(new URL("../../../../../node_modules/.cache/compiled", import.meta.url));

/** Values may be evicted, intents never: as docs/cache.md asks of a Redis server. */
const REDIS_FLAGS = ["--maxmemory-policy", "volatile-lru"];

export interface ShopOptions {
  /** How many there are of each service. */
  readonly each: number;
  /** The project's root. */
  readonly root: string;
  /** Takes the services' logs. */
  readonly folder: string;
}

/** A whole system of this run's own: servers, some of each service, and a link wherever one uses another. */
export class Shop implements AsyncDisposable {
  readonly postgres: TestPostgres;
  readonly redis: TestRedis;
  readonly products: readonly Member[];
  readonly orders: readonly Member[];
  readonly productData: ProductData;
  readonly orderData: OrderData;
  /** Whose links are at somebody's command. */
  readonly reserved = new Set<Member>();
  readonly #resources: AsyncDisposableStack;
  /** Which product-svc each order-svc asks. */
  readonly #asks = new Map<Member, Member>();

  private constructor(
    servers: { readonly postgres: TestPostgres; readonly redis: TestRedis },
    members: readonly Member[],
    data: { readonly productData: ProductData; readonly orderData: OrderData },
    resources: AsyncDisposableStack,
  ) {
    this.postgres = servers.postgres;
    this.redis = servers.redis;
    this.products = members.filter(({ service }) => service === "product-svc");
    this.orders = members.filter(({ service }) => service === "order-svc");
    this.productData = data.productData;
    this.orderData = data.orderData;
    this.#resources = resources;
    for (const [index, order] of this.orders.entries()) {
      const product = this.products[index % this.products.length];
      if (product !== undefined) this.#asks.set(order, product);
    }
  }

  /** Starts everything, migrations included, and waits until each service takes traffic. */
  static async start({ each, root, folder }: ShopOptions): Promise<Shop> {
    await using opened = new AsyncDisposableStack();
    await mkdir(folder, { recursive: true });
    const servers = {
      postgres: opened.use(await startPostgres()),
      redis: opened.use(await startRedis({ flags: REDIS_FLAGS })),
    };
    const { postgres, redis } = servers;
    const named = (service: ServiceName): string[] => Array.from({ length: each }, (_, n) => `${service}-${n + 1}`);
    const names = { "product-svc": named("product-svc"), "order-svc": named("order-svc") };
    const asRole = await createRoles(postgres.url, [...names["product-svc"], ...names["order-svc"]]);
    const urls = {
      "product-svc": await postgres.createDatabase({ name: "product" }),
      "order-svc": await postgres.createDatabase({ name: "orders" }),
    };
    const start = async (service: ServiceName, name: string, env: Readonly<Record<string, string>>) => {
      const databaseUrl = asRole(name, urls[service]);
      const logFile = join(folder, `${name}.log`);
      const own = { NODE_COMPILE_CACHE: COMPILE_CACHE, ...env };
      return opened.use(await Instance.start({ name, root, service, postgres, databaseUrl, redis, logFile, env: own }));
    };
    const products = await Promise.all(
      names["product-svc"].map(async (name) => new Member("product-svc", await start("product-svc", name, {}))),
    );
    const orders = await Promise.all(
      names["order-svc"].map(async (name, index) => {
        const product = products[index % products.length];
        if (product === undefined) throw new RangeError("there is no product-svc");
        const link = opened.use(await createLink({ port: portOf(product) }));
        const env = { PRODUCT_SVC_URL: link.through(product.instance.url) };
        return new Member("order-svc", await start("order-svc", name, env), link);
      }),
    );
    const members = [...products, ...orders].map((member) => opened.use(member));
    await Promise.all(members.map((member) => member.ready()));
    const data = {
      productData: opened.use(await ProductData.open(urls["product-svc"])),
      orderData: opened.use(await OrderData.open(urls["order-svc"])),
    };
    return new Shop(servers, members, data, opened.move());
  }

  get members(): readonly Member[] {
    return [...this.products, ...this.orders];
  }

  /** The product-svc that an order-svc asks. */
  askedBy(order: Member): Member {
    const product = this.#asks.get(order);
    if (product === undefined) throw new RangeError(`${order.name} asks nobody`);
    return product;
  }

  /** Sends the order-svc that ask a product-svc which is gone to another one, as a load balancer does. */
  sendElsewhere(gone: Member): void {
    const other = this.products.find((product) => product !== gone && product.isReady);
    if (other === undefined) return;
    for (const order of this.orders) {
      if (this.askedBy(order) !== gone) continue;
      this.#asks.set(order, other);
      order.toProducts?.pointTo(portOf(other));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}

function portOf({ instance }: Member): number {
  return instance.process.plan.port;
}
