import { designs } from "../hot-product/designs.ts";
import { openStage } from "../hot-product/stage.ts";
import { Clients } from "./clients.ts";
import { DesignedReserver } from "./designed-reserver.ts";
import type { Seen } from "./load.ts";
import { serveProducts } from "./serve-products.ts";
import { startService } from "./service-process.ts";
import { FIGURES, failuresIn, figures } from "./table.ts";

export interface Comparison {
  /** How many clients, one count after the other. */
  readonly clients: readonly number[];
  readonly rounds: number;
  /** How long a round is, in milliseconds. */
  readonly ms: number;
  /** The designs to compare, by name; all when empty. */
  readonly only: readonly string[];
  readonly print: (line: string) => void;
}

export const SPREAD = 10_000;

/** Measures CreateOrder with each design in turn, for one product and for many, and prints a table for each count of clients. */
export async function compareDesigns({ clients: counts, rounds, ms, only, print }: Comparison): Promise<void> {
  await using stage = await openStage(SPREAD, false);
  const reserver = new DesignedReserver();
  await using products = await serveProducts(stage, reserver);
  await using orders = await startService("order-svc", {
    DATABASE_URL: await stage.createDatabase(),
    PRODUCT_SVC_URL: products.url,
  });
  await using clients = new Clients(orders.url);
  const running = designs
    .filter(({ name }) => only.length === 0 || only.includes(name))
    .map((design) => ({ name: design.name, reserve: design.on(stage), hot: [] as Seen[], spread: [] as Seen[] }));

  for (const { reserve } of running) {
    reserver.use(reserve);
    await clients.run({ spread: SPREAD, ms: 500, arrivals: { clients: 16 } });
  }
  for (const count of counts) {
    for (const each of running) each.hot = each.spread = [];
    for (let round = 0; round < rounds; round++) {
      for (const each of running) {
        reserver.use(each.reserve);
        const arrivals = { clients: count };
        each.hot = [...each.hot, await clients.run({ spread: 0, ms, arrivals })];
        each.spread = [...each.spread, await clients.run({ spread: SPREAD, ms, arrivals })];
      }
    }
    print(`\n${count} clients; medians of ${rounds} rounds of ${ms} ms; milliseconds`);
    print(`${"".padEnd(14)} ${"one product".padStart(31)}   ${`${SPREAD} products`.padStart(31)}`);
    print(`${"".padEnd(14)} ${FIGURES}   ${FIGURES}`);
    for (const { name, hot, spread } of running) {
      const failed = failuresIn([...hot, ...spread]);
      print(`${name.padEnd(14)} ${figures(hot)}   ${figures(spread)}${failed && `   ${failed}`}`);
    }
  }
}
