import { ConnectError } from "@connectrpc/connect";
import type { RetryOptions } from "@skyport/rpc";
import type { SeedOptions } from "./args.ts";
import type { FillOptions } from "./fill-options.ts";
import { fillOrders } from "./fill-orders.ts";
import { fillProducts } from "./fill-products.ts";
import { count, startProgress } from "./progress.ts";
import { openSystem, type System } from "./system.ts";
import { UsageError } from "./usage-error.ts";

export interface RunOptions {
  /** Takes a line of the report. */
  readonly print: (line: string) => void;
  /** Where progress is shown. */
  readonly progress: NodeJS.WriteStream;
  /** Overrides how calls are repeated. */
  readonly retry?: RetryOptions;
}

/**
 * Fills the services and reports totals.
 *
 * @throws UsageError when a service cannot be reached, else the first error that no retry mends
 */
export async function run(options: SeedOptions, { print, progress, retry = {} }: RunOptions): Promise<void> {
  const { products, orders, seed, concurrency, productUrl, orderUrl } = options;
  print(`seed ${seed}: ${count(products)} products to ${productUrl}, ${count(orders)} orders to ${orderUrl}`);
  using system = openSystem(options);
  await requireReachable(system, options);

  let retries = 0;
  const part = async <T>(label: string, total: number, fill: (options: FillOptions) => Promise<T>) => {
    const bar = startProgress(label, total, progress);
    const start = performance.now();
    try {
      const onRetry = () => {
        retries++;
      };
      const totals = await fill({ seed, concurrency, onDone: () => bar.tick(), retry: { ...retry, onRetry } });
      return { totals, pace: paceOf(total, (performance.now() - start) / 1_000) };
    } finally {
      bar.stop();
    }
  };

  if (products > 0) {
    const { totals, pace } = await part("products", products, (fill) => fillProducts(system, products, fill));
    print(`products: ${pace}: ${count(totals.created)} created, ${count(totals.existing)} existed`);
  }
  if (orders > 0) {
    const { totals, pace } = await part("orders", orders, (fill) => fillOrders(system, orders, products, fill));
    const { created, cancelled, existing, refused } = totals;
    const made = `${count(created)} created (${count(cancelled)} of them cancelled), ${count(existing)} existed`;
    print(`orders: ${pace}: ${made}, ${count(refused)} refused for want of stock`);
  }
  if (retries > 0) print(`retries: ${count(retries)}`);
}

function paceOf(total: number, seconds: number): string {
  return `${count(total)} in ${seconds.toFixed(1)} s (${count(total / seconds)}/s)`;
}

/** One cheap call to each service, so that a wrong address is told at once and in one line. */
async function requireReachable({ products, orders }: System, { productUrl, orderUrl }: SeedOptions): Promise<void> {
  await reach("product-svc", productUrl, () => products.listProducts({ pageSize: 1 }));
  await reach("order-svc", orderUrl, () => orders.listOrders({ pageSize: 1 }));
}

async function reach(name: string, url: string, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (thrown) {
    const { message } = ConnectError.from(thrown);
    throw new UsageError(`${name} does not answer at ${url} (${message}); is it running? npm start starts it`);
  }
}
