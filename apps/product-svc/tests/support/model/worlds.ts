import type { Call } from "./call.ts";
import type { InventoryModel } from "./inventory-model.ts";

/** A call, and what its caller heard. */
export interface Done {
  readonly call: Call;
  readonly heard: string;
}

/** What a caller hears when the service gave a conflict up: nothing has changed. */
const GIVEN_UP = "CONTENTION";

/**
 * Every state that the service may be in, given what callers have heard. Calls that were made at once took effect one
 * after the other in some order: there must be an order in which a plain model gives the same answers. Where several
 * orders do, what comes later decides between them.
 */
export class Worlds {
  #possible: readonly InventoryModel[];

  constructor(start: InventoryModel) {
    this.#possible = [start];
  }

  get possible(): readonly InventoryModel[] {
    return this.#possible;
  }

  /** Takes in calls that were made at once; false when no order explains the answers, and then nothing has changed. */
  explain(done: readonly Done[]): boolean {
    const found = new Map<string, InventoryModel>();
    const seen = new Set<string>();
    for (const world of this.#possible) follow(world, done, seen, found);
    if (found.size === 0) return false;
    this.#possible = [...found.values()];
    return true;
  }

  /** What would have been heard had the calls been made one after the other, for a report. */
  expected(done: readonly Done[]): string[] {
    const world = this.#possible[0]?.copy();
    return done.map(({ call }) => world?.apply(call) ?? "");
  }
}

function follow(
  world: InventoryModel,
  left: readonly Done[],
  seen: Set<string>,
  found: Map<string, InventoryModel>,
): void {
  const { fingerprint } = world;
  const place = `${JSON.stringify(left)} ${fingerprint}`;
  if (seen.has(place)) return;
  seen.add(place);
  if (left.length === 0) found.set(fingerprint, world);
  for (const [at, { call, heard }] of left.entries()) {
    const next = world.copy();
    if (heard === GIVEN_UP || next.apply(call) === heard) follow(next, left.toSpliced(at, 1), seen, found);
  }
}
