import { setTimeout as sleep } from "node:timers/promises";
import type { CallOptions } from "@connectrpc/connect";
import type { Random } from "../../worker/random.ts";
import type { Purchase } from "../ledger/purchase.ts";
import type { Clients } from "../shop/endpoint.ts";
import type { Member } from "../shop/member.ts";
import { outcomeOf } from "./outcome.ts";

/** A request, which may be made again and again. */
export interface Ask<T> {
  /** The kind of operation, for the counts. */
  readonly name: string;
  /** Whose story it belongs to. */
  readonly purchase?: Purchase | undefined;
  readonly call: (clients: Clients, options: CallOptions) => Promise<T>;
}

export interface AskOptions {
  /** Who is asked first. Default: anybody. */
  readonly first?: Member | undefined;
  /** Of the first attempt, in milliseconds. Default 3,000, as for all others. */
  readonly deadlineMs?: number;
  /** How many attempts are made at most. Default 5. */
  readonly attempts?: number;
}

/** What all attempts together have come to. */
export type Answer<T> =
  | { readonly kind: "acknowledged"; readonly value: T }
  /** `isSure`: no other attempt can have done it, or do it later. */
  | { readonly kind: "refused"; readonly reason: string; readonly isSure: boolean }
  | { readonly kind: "unknown"; readonly reason: string };

const DEADLINE_MS = 3_000;
const FIRST_PAUSE_MS = 30;
const LONGEST_PAUSE_MS = 500;
const READY_SHARE = 0.9;

/** Makes requests as docs/errors.md asks of callers: what failed is repeated, at the next instance. */
export class Asker {
  /** Calls by kind of operation and outcome. */
  readonly counts = new Map<string, Map<string, number>>();
  readonly #members: readonly Member[];
  readonly #random: Random;

  constructor(members: readonly Member[], random: Random) {
    this.#members = members;
    this.#random = random;
  }

  /** Asks until there is an answer, or enough attempts were made. */
  async ask<T>({ name, purchase, call }: Ask<T>, options: AskOptions = {}): Promise<Answer<T>> {
    const { first, attempts = 5 } = options;
    let at = this.#members.indexOf(first ?? this.#anybody());
    let isSure = true;
    let last = "";
    for (let attempt = 1; attempt <= attempts; attempt++, at++) {
      const member = this.#members[at % this.#members.length];
      if (member === undefined) throw new RangeError("nobody can be asked");
      const deadlineMs = attempt === 1 ? (options.deadlineMs ?? DEADLINE_MS) : DEADLINE_MS;
      const outcome = await outcomeOf(member.endpoint.call(deadlineMs, call));
      const told = outcome.kind === "acknowledged" ? outcome.kind : outcome.reason;
      purchase?.note(`${name} at ${member.name}: ${told}`);
      this.#count(name, told);
      if (outcome.kind === "acknowledged") return outcome;
      if (outcome.kind === "refused") return { ...outcome, isSure };
      if (outcome.kind === "unknown") isSure = false;
      last = outcome.reason;
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
      if (attempt < attempts) await sleep(pause * (0.5 + this.#random.next()));
    }
    return isSure ? { kind: "refused", reason: last, isSure } : { kind: "unknown", reason: last };
  }

  /** Mostly one that takes traffic, as a load balancer knows it: a moment late. */
  #anybody(): Member {
    const ready = this.#members.filter(({ isReady }) => isReady);
    return this.#random.pick(ready.length > 0 && this.#random.chance(READY_SHARE) ? ready : this.#members);
  }

  #count(name: string, outcome: string): void {
    const counts = this.counts.get(name) ?? new Map<string, number>();
    this.counts.set(name, counts.set(outcome, (counts.get(outcome) ?? 0) + 1));
  }
}
