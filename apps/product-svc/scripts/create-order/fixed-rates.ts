import { openStage } from "../hot-product/stage.ts";
import { Clients } from "./clients.ts";
import { SPREAD } from "./compare-designs.ts";
import { startService } from "./service-process.ts";
import { FIGURES, failuresIn, figures } from "./table.ts";

export interface FixedRates {
  /** Orders a second, one rate after the other. */
  readonly rates: readonly number[];
  /** How long each is kept up, in milliseconds. */
  readonly ms: number;
  readonly print: (line: string) => void;
}

/** Sends orders at fixed rates to both services as production runs them, and prints what became of them. */
export async function fixedRates({ rates, ms, print }: FixedRates): Promise<void> {
  await using stage = await openStage(SPREAD, false);
  await using products = await startService("product-svc", { DATABASE_URL: stage.databaseUrl });
  await using orders = await startService("order-svc", {
    DATABASE_URL: await stage.createDatabase(),
    PRODUCT_SVC_URL: products.url,
  });
  await using clients = new Clients(orders.url);
  for (const spread of [0, SPREAD]) await clients.run({ spread, ms: 1_500, arrivals: { clients: 32 } });
  print(`orders at fixed rates for ${ms} ms; milliseconds from when each was due`);
  print(`${"".padEnd(26)} ${FIGURES}     most`);
  for (const perSecond of rates) {
    for (const spread of [0, SPREAD]) {
      const seen = await clients.run({ spread, ms, arrivals: { perSecond } });
      const name = `${perSecond} a second, ${spread === 0 ? "one product" : "spread"}`;
      const most = seen.latencies.reduce((longest, latency) => Math.max(longest, latency), 0);
      const failed = failuresIn([seen]);
      print(`${name.padEnd(26)} ${figures([seen])} ${most.toFixed(0).padStart(8)}${failed && `   ${failed}`}`);
    }
  }
}
