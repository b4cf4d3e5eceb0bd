import { type Client, createClient } from "@connectrpc/connect";
import { InventoryService, type Product, ProductService } from "@skyport/proto";
import { createPeerTransport } from "@skyport/rpc";
import { freePort } from "@skyport/testing";
import { type Program, run } from "./program.ts";

/** The real product-svc, as a process of its own: apps meet only over the wire, in tests too. */
export interface ProductServer extends AsyncDisposable {
  readonly url: string;
  readonly products: Client<typeof ProductService>;
  readonly inventory: Client<typeof InventoryService>;
  /** A new product under an id of its own. */
  add(product?: NewProduct): Promise<string>;
  /** How many are left. */
  stockOf(id: string): Promise<number>;
  /** SIGKILL: nothing is finished. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  revive(): Promise<void>;
  close(): Promise<void>;
}

/** What a test cares about of a product. */
export type NewProduct = Partial<Pick<Product, "title" | "inStock">> & { readonly price?: Price | undefined };

export interface Price {
  readonly currencyCode: string;
  readonly units: bigint;
  readonly nanos?: number;
}

export const eur = (units: number | bigint, nanos = 0): Price & { readonly nanos: number } => ({
  currencyCode: "EUR",
  units: BigInt(units),
  nanos,
});

let made = 0;

/** A product id that no other test uses. */
export function freshId(name = "p"): string {
  made += 1;
  return `${name}-${process.pid}-${made}`;
}

/** Where product-svc keeps its things. */
export interface ProductPlaces {
  readonly databaseUrl: string;
  /** Default: `databaseUrl`. */
  readonly databaseDirectUrl?: string;
  /** Undefined: it caches in its own process, and ends when the database does. */
  readonly redisUrl?: string | undefined;
}

async function spawned({ databaseUrl, databaseDirectUrl, redisUrl }: ProductPlaces, port: number): Promise<Program> {
  const program = run("product-svc", {
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    DATABASE_DIRECT_URL: databaseDirectUrl ?? databaseUrl,
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    PAGE_TOKEN_SECRET: "product-svc page tokens of tests",
  });
  await program.ready();
  return program;
}

/** Starts product-svc. */
export async function startProductServer(places: ProductPlaces): Promise<ProductServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let running = await spawned(places, port);
  const transport = createPeerTransport({ baseUrl: url });
  const products = createClient(ProductService, transport);
  const inventory = createClient(InventoryService, transport);
  const close = async (): Promise<void> => {
    await transport.close();
    await running.end("SIGTERM");
  };
  return {
    url,
    products,
    inventory,
    async add(given = {}) {
      const id = freshId();
      const { title, inStock, price } = { title: "A ship", inStock: 100, price: eur(10), ...given };
      await products.createProduct({ product: { id, title, inStock, ...(price === undefined ? {} : { price }) } });
      return id;
    },
    async stockOf(id) {
      const { product } = await products.getProduct({ id });
      if (product?.inStock === undefined) throw new Error(`no stock is told for ${id}`);
      return product.inStock;
    },
    kill: () => running.end("SIGKILL"),
    async revive() {
      running = await spawned(places, port);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
