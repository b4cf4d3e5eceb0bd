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
/** How often a point may be missed that was not hit yet; then it cannot be reached, which is told as a problem. */
const MOST_FIRST_MISSES = 15;

const SIDE_DECK = SIDE_FAULTS.flatMap((fault) => Array<SideFault>(fault.weight).fill(fault));

/** Cycles of the run: in each, somebody is killed under load and comes back. */
export class Cycles {
  readonly #options: CyclesOptions;
  /** What goes on beside the cycles. */
  readonly #beside = new Set<Promise<void>>();
  /** Those that were not hit yet; they come before anything else. */
  #first: Point[];
  #deck: Point[] = [];
  /** Of the point whose turn it is. */
  #misses = 0;

  constructor(options: CyclesOptions) {
    this.#options = options;
    this.#first = [...POINTS];
  }

  /**
   * One cycle. Who was killed may still be starting at its end. A miss of a point that was not hit yet is none, so that even
   * a short run on a busy machine comes to all of them.
   */
  async next(): Promise<void> {
    const { random, tally } = this.#options;
    const [first] = this.#first;
    if (first !== undefined) return this.#killAtNewPoint(first);
    tally.cycles += 1;
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

  async #killAtNewPoint(point: Point): Promise<void> {
    const { tally } = this.#options;
    const missed = await this.#tryPoint(point);
    if (missed === undefined) tally.cycles += 1;
    else if (this.#misses < MOST_FIRST_MISSES) return;
    else tally.problems.push(`not once reached in ${this.#misses} tries: ${point.name}; last: ${missed}`);
    this.#shift(this.#first);
  }

  async #killAtPoint(from: Point[]): Promise<void> {
    const [point] = from;
    if (point === undefined) return;
    const missed = await this.#tryPoint(point);
    // Another fault was in its way: it is tried again for a while.
    if (missed === undefined || this.#misses >= MOST_MISSES) this.#shift(from);
    if (missed !== undefined) await this.#killAnybody();
  }

  #shift(from: Point[]): void {
    from.shift();
    this.#misses = 0;
  }

  /** Kills somebody at a point; returns what was in its way when nobody was. */
  async #tryPoint(point: Point): Promise<string | undefined> {
    const { shop, shopper, random, shelf, tally } = this.#options;
    const order = await readyOrder(shop, random);
    try {
      const begun = (answered: Promise<void>): void => this.#go(answered);
      const { victim, kind } = await point.run({ shop, shopper, random, order, shelf, begun });
      tally.kills.add(`${point.name} (${kind})`);
      revive(shop, victim, random);
      return undefined;
    } catch (error) {
      const missed = error instanceof Error ? error.message : String(error);
      tally.misses.add(`${point.name}: ${missed}`);
      this.#misses += 1;
      return missed;
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
