import type { Topology } from "../service/topology.ts";
import type { Random } from "../worker/random.ts";
import type { Workers } from "../worker/workers.ts";

/** What faults act on. */
export interface World {
  readonly topology: Topology;
  readonly workers: Workers;
}

/** One fault of one round. It is really done: `inject` throws when it has hit nothing. */
export interface Fault {
  /** What it acts on; of the faults of a round no two share it. */
  readonly target: string;
  /** How long it stays between `inject` and `heal`, in milliseconds. */
  readonly holdMs: number;
  /** Instances that cannot answer meanwhile, by name: their callers' patience may end. */
  readonly silent?: readonly string[];
  inject(): Promise<void>;
  /** Undoes it. What `inject` has undone by itself needs nothing. */
  heal(): Promise<void>;
}

/** A kind of fault. */
export interface FaultKind {
  /** Names it in reports. */
  readonly name: string;
  /** Faults of a round are healed in this order: what is started again needs what it connects to. */
  readonly healing: "postgres" | "redis" | "links" | "processes";
  /** Never together with another, because its judgement or its healing needs the rest to be well. */
  readonly alone?: boolean;
  /**
   * Names the known limit that it meets: what the checker finds of that kind in its round is told apart. See the limits
   * in libs/cache.
   */
  readonly knownLimit?: "BACKWARD";
  create(world: World, random: Random): Fault;
}

export const HEALING_ORDER = ["postgres", "redis", "links", "processes"] as const;

/** For faults that end by themselves. */
export async function nothingToHeal(): Promise<void> {}

/** At least `from`, below `to`: milliseconds. */
export function between(random: Random, from: number, to: number): number {
  return Math.round(from + random.next() * (to - from));
}
