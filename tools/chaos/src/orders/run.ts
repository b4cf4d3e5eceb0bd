import { inspect } from "node:util";
import { Random } from "../worker/random.ts";
import { check } from "./check/checkpoint.ts";
import { Cycles } from "./cycles.ts";
import { explain } from "./explain.ts";
import { Ledger } from "./ledger/ledger.ts";
import { Asker } from "./load/asker.ts";
import { Load } from "./load/load.ts";
import { Shopper } from "./load/shopper.ts";
import { Unanswered } from "./load/unanswered.ts";
import { openShelves, POINT_SHELF, SHELVES } from "./shop/shelves.ts";
import { Shop } from "./shop/shop.ts";
import { findingsOf, type OrdersReport, Tally } from "./tally.ts";

export interface OrdersOptions {
  readonly cycles: number;
  readonly seed: number;
  /** Everything is checked after each so many cycles, and at the end. */
  readonly checkEvery: number;
  /** The project's root. */
  readonly root: string;
  /** Takes the services' logs, and the explanation of violations. */
  readonly folder: string;
  readonly onProgress?: (progress: OrdersProgress) => void;
  readonly signal?: AbortSignal;
}

export interface OrdersProgress {
  readonly cycles: number;
  readonly kills: number;
  /** Orders that were acknowledged. */
  readonly orders: number;
  readonly violations: number;
  readonly isChecking: boolean;
}

const EACH = 2;

/** Cycles of kills over both services under load, checked again and again. */
export async function runOrders(options: OrdersOptions): Promise<OrdersReport> {
  const { seed, root, folder, signal } = options;
  await using shop = await Shop.start({ each: EACH, root, folder });
  await openShelves(shop);
  const ledger = new Ledger();
  const tally = new Tally();
  const orders = new Asker(shop.orders, new Random(seed, "orders"));
  const products = new Asker(shop.products, new Random(seed, "products"));
  const unanswered = new Unanswered(orders, ledger);
  const shopper = new Shopper(ledger, unanswered);
  const load = new Load({
    ledger,
    shopper,
    unanswered,
    orders,
    products,
    shelves: SHELVES,
    everywhere: shop.orders,
    random: new Random(seed, "load"),
  });
  const cycles = new Cycles({ shop, shopper, random: new Random(seed, "cycles"), shelf: POINT_SHELF, tally });
  const shelves = [...SHELVES, POINT_SHELF];
  const random = new Random(seed, "checks");
  const start = performance.now();
  const isInterrupted = (): boolean => signal?.aborted === true;
  const tell = (isChecking: boolean): void =>
    options.onProgress?.({
      cycles: tally.cycles,
      kills: tally.kills.sum,
      orders: ledger.acknowledged,
      violations: ledger.violations.length,
      isChecking,
    });
  try {
    let goesOn = true;
    while (goesOn && tally.cycles < options.cycles && !isInterrupted()) {
      load.start();
      const end = Math.min(options.cycles, tally.cycles + options.checkEvery);
      while (tally.cycles < end && !isInterrupted() && ledger.violations.length === 0) {
        await cycles.next();
        tell(false);
      }
      await cycles.heal();
      const wellSince = performance.now();
      await load.stop();
      tell(true);
      goesOn = await check({ shop, ledger, unanswered, shelves, random, tally, root, wellSince });
    }
  } catch (error) {
    tally.problems.push(inspect(error));
  } finally {
    await load.stop();
  }
  for (const { name, instance } of shop.members) {
    const { surprise } = instance.process;
    if (surprise !== undefined) tally.problems.push(`${name} has ended by itself: ${surprise}`);
  }
  for (const [operation, outcomes] of [...orders.counts, ...products.counts]) {
    // Whatever is down, a service knows what to call it.
    const unnamed = outcomes.get("INTERNAL") ?? 0;
    if (unnamed > 0) tally.problems.push(`${operation} was answered with INTERNAL, ${unnamed} times`);
  }
  const heading = `npm run chaos -- --orders --cycles ${options.cycles} --seed ${seed}\nafter ${tally.cycles} cycles`;
  const { violations } = ledger;
  const file = violations.length === 0 ? undefined : await explain(folder, heading, violations, shop);
  const operations = [...orders.counts, ...products.counts].map(([name, counts]) => [name, Object.fromEntries(counts)]);
  return {
    seed,
    tookMs: performance.now() - start,
    cycles: tally.cycles,
    kills: tally.kills.toJSON(),
    misses: tally.misses.toJSON(),
    faults: tally.faults.toJSON(),
    operations: Object.fromEntries(operations),
    acknowledged: ledger.acknowledged,
    repeated: unanswered.repeated,
    checks: tally.checks,
    ordersChecked: tally.ordersChecked,
    cleanAudits: tally.cleanAudits,
    longestUntilSettledMs: tally.longestUntilSettledMs,
    lateCalls: shop.members.reduce((all, { endpoint }) => all + endpoint.late, 0),
    violations: violations.length,
    findings: findingsOf(violations),
    problems: tally.problems,
    file,
  };
}
