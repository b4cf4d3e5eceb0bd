import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../worker/random.ts";
import { SIDE_FAULTS, type SideFault } from "./faults.ts";
import type { Shelf } from "./ledger/lines.ts";
import type { Shopper } from "./load/shopper.ts";
import { POINTS } from "./points/index.ts";
import type { Point } from "./points/point.ts";
import { everyoneReady, readyOrder, revive } from "./shop/revival.ts";
import type { Shop } from "./shop/shop.ts";
import type { Tally } from "./tally.ts";

export interface CyclesOptions {
  readonly shop: Shop;
  readonly shopper: Shopper;
  readonly random: Random;
  readonly shelf: Shelf;
  readonly tally: Tally;
}

/** The share of cycles at a named point; the others kill at any moment. */
const POINT_SHARE = 0.5;
const SECOND_KILL_SHARE = 0.3;
const SIDE_FAULT_SHARE = 0.25;
const MOMENT_MS = 250;
const MOST_MISSES = 4;

const SIDE_DECK = SIDE_FAULTS.flatMap((fault) => Array<SideFault>(fault.weight).fill(fault));

/** Cycles of the run: in each, somebody is killed under load and comes back. */
export class Cycles {
  readonly #options: CyclesOptions;
  /** What goes on beside the cycles. */
  readonly #beside = new Set<Promise<void>>();
  /** Those that come before any others. */
  #first: Point[];
  #deck: Point[] = [];
  /** In a row. */
  #misses = 0;

  constructor(options: CyclesOptions) {
    this.#options = options;
    this.#first = [...POINTS];
  }

  /** One cycle. Who was killed may still be starting at its end. */
  async next(): Promise<void> {
    const { random, tally } = this.#options;
    tally.cycles += 1;
    if (this.#first.length > 0) return this.#killAtPoint(this.#first);
    if (random.chance(SIDE_FAULT_SHARE)) await this.#sideFault(random.pick(SIDE_DECK));
    if (random.chance(POINT_SHARE)) {
      if (this.#deck.length === 0) this.#deck = random.sample(POINTS, POINTS.length);
      await this.#killAtPoint(this.#deck);
    } else await this.#killAnybody();
  }

  /** Waits until all that goes on beside has ended, and everybody takes traffic. */
  async heal(): Promise<void> {
    while (this.#beside.size > 0) await Promise.all(this.#beside);
    await everyoneReady(this.#options.shop);
  }

  async #killAtPoint(from: Point[]): Promise<void> {
    const { shop, shopper, random, shelf, tally } = this.#options;
    const [point] = from;
    if (point === undefined) return;
    const order = await readyOrder(shop, random);
    try {
      const begun = (answered: Promise<void>): void => this.#go(answered);
      const { victim, kind } = await point.run({ shop, shopper, random, order, shelf, begun });
      this.#misses = 0;
      from.shift();
      tally.kills.add(`${point.name} (${kind})`);
      revive(shop, victim, random);
    } catch (error) {
      tally.misses.add(`${point.name}: ${error instanceof Error ? error.message : error}`);
      this.#misses += 1;
      // Another fault was in its way: it is tried again for a while.
      if (this.#misses >= MOST_MISSES) from.shift();
      await this.#killAnybody();
    }
  }

  async #killAnybody(): Promise<void> {
    const { shop, random, tally } = this.#options;
    await readyOrder(shop, random);
    for (let kills = random.chance(SECOND_KILL_SHARE) ? 2 : 1; kills > 0; kills--) {
      await sleep(random.next() * MOMENT_MS);
      const ready = shop.members.filter(({ isReady }) => isReady);
      if (ready.length === 0) return;
      const victim = random.pick(ready);
      await victim.kill();
      tally.kills.add(`${victim.service}, at any moment`);
      revive(shop, victim, random);
    }
  }

  async #sideFault(fault: SideFault): Promise<void> {
    const { shop, random, tally } = this.#options;
    if (fault.alone === true) await this.heal();
    const begin = fault.begin(shop, random);
    if (begin === undefined) return;
    tally.faults.add(fault.name);
    if (fault.alone === true) await begin();
    else this.#go(begin());
  }

  #go(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => void this.#options.tally.problems.push(`beside the cycles: ${String(error)}`))
      .finally(() => this.#beside.delete(done));
    this.#beside.add(done);
  }
}
