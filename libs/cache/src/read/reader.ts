import type { Deadline } from "@skyport/deadline";
import type { Context } from "../context.ts";
import type { Lookup } from "../store.ts";
import { startTimer } from "../telemetry.ts";
import { newToken } from "../token.ts";
import type { Entity, Row } from "./entity.ts";
import { Flight, mayShare } from "./flight.ts";
import { nextMoment } from "./moment.ts";
import { waitForFill } from "./wait-for-fill.ts";

/** How a key came out of the lookup; `bypass`: the store could not be asked. */
type Found = Lookup["state"] | "bypass";

/**
 * Reads rows of one entity through the store. There is at most one flight a key: callers join it, and those that came
 * too late for its outcome start the next one together.
 */
export class Reader<T> {
  readonly #entity: Entity<T>;
  readonly #context: Context;
  readonly #flights = new Map<string, Flight<T>>();

  constructor(entity: Entity<T>, context: Context) {
    this.#entity = entity;
    this.#context = context;
  }

  /**
   * A read that starts and ends within this call: what a lookup finds now is the newest committed row, so that there is
   * nothing to join and nobody to wait for. It takes no lease, and leaves everything but a hit to the flights.
   */
  peek(id: string): Row<T> | undefined {
    const row = this.#entity.held(id);
    if (row !== undefined) {
      this.#count("hit");
      this.#entity.sample(id, row.version);
    }
    return row;
  }

  async get(id: string, deadline: Deadline): Promise<T | undefined> {
    const held = this.peek(id);
    if (held !== undefined) return held.value;
    const arrived = nextMoment();
    for (;;) {
      const flight = this.#join(id, true) ?? this.#start([id], deadline, true)[0];
      const outcome = await flight?.outcome(deadline);
      if (outcome !== undefined && mayShare(outcome.asOf, arrived)) return outcome.value;
    }
  }

  async getMany(ids: readonly string[], deadline: Deadline): Promise<ReadonlyMap<string, T>> {
    const arrived = nextMoment();
    const unique = [...new Set(ids)];
    const values = new Map<string, T | undefined>();
    let open = unique.filter((id) => {
      const held = this.peek(id);
      if (held !== undefined) values.set(id, held.value);
      return held === undefined;
    });
    while (open.length > 0) {
      const joined = open.map((id) => this.#join(id, false)).filter((flight) => flight !== undefined);
      const others = new Set(joined.map((flight) => flight.id));
      const own = this.#start(
        open.filter((id) => !others.has(id)),
        deadline,
        false,
      );
      const again: string[] = [];
      await Promise.all(
        [...joined, ...own].map(async (flight) => {
          const outcome = await flight.outcome(deadline);
          if (outcome !== undefined && mayShare(outcome.asOf, arrived)) values.set(flight.id, outcome.value);
          else again.push(flight.id);
        }),
      );
      open = again;
    }
    return inOrder(unique, values);
  }

  /** A batch passes by flights that wait for another process's lease: it must never wait for one. */
  #join(id: string, patient: boolean): Flight<T> | undefined {
    const flight = this.#flights.get(id);
    if (flight === undefined || (flight.waiting && !patient)) return undefined;
    this.#count("join");
    return flight;
  }

  /** One flight a key, looked up together and, where they are not cached, read together. */
  #start(ids: readonly string[], deadline: Deadline, patient: boolean): readonly Flight<T>[] {
    const flights = ids.map((id) => new Flight<T>(id, deadline));
    for (const flight of flights) this.#flights.set(flight.id, flight);
    if (flights.length > 0) void this.#fly(flights, deadline, patient);
    return flights;
  }

  /** Ends every one of them, one way or the other. */
  async #fly(flights: readonly Flight<T>[], deadline: Deadline, patient: boolean): Promise<void> {
    try {
      await this.#read(flights, deadline, patient);
    } catch (error) {
      for (const flight of flights) this.#end(flight).crash(error);
    }
  }

  async #read(flights: readonly Flight<T>[], deadline: Deadline, patient: boolean): Promise<void> {
    // Callers of the same turn of the event loop arrive before the lookup starts, and so may share it.
    await undefined;
    const token = newToken();
    const leased: Flight<T>[] = [];
    const unleased: Flight<T>[] = [];
    const found = await this.#lookup(flights, token, deadline);
    for (const [index, flight] of flights.entries()) {
      let state = found[index] ?? "bypass";
      if (state === "filling" && patient) state = await this.#wait(flight, token, deadline);
      this.#count(COUNTER_OF[state]);
      if (state === "leased") leased.push(flight);
      else if (state !== "value") unleased.push(flight);
    }
    if (leased.length + unleased.length > 0) await this.#load(leased, unleased, token, deadline);
  }

  /** Lands the flights whose value is found; tells how the others came out. */
  async #lookup(flights: readonly Flight<T>[], token: string, deadline: Deadline): Promise<readonly Found[]> {
    const asOf = nextMoment();
    const keys = flights.map((flight) => this.#entity.key(flight.id).name);
    let lookups: readonly Lookup[];
    const measured = this.#timer("lookup_ms");
    try {
      lookups = await this.#context.store.lookup(keys, token, deadline);
    } catch {
      return flights.map(() => "bypass");
    } finally {
      measured();
    }
    return flights.map((flight, index) => {
      const lookup = lookups[index];
      if (lookup?.state !== "value") return lookup?.state ?? "bypass";
      const opened = this.#entity.open(flight.id, lookup.bytes);
      if (opened === undefined) return "writing";
      this.#end(flight).land({ value: opened.value, asOf });
      this.#entity.sample(flight.id, opened.version);
      return "value";
    });
  }

  async #wait(flight: Flight<T>, token: string, deadline: Deadline): Promise<Found> {
    flight.waiting = true;
    const measured = this.#timer("wait_ms");
    const state = await waitForFill(this.#context.waitMs, deadline, async () => {
      const [found] = await this.#lookup([flight], token, deadline);
      return found ?? "bypass";
    });
    flight.waiting = false;
    measured();
    return state;
  }

  /** One read for all of them. Only a lease that is still held at the end allows a fill. */
  async #load(
    leased: readonly Flight<T>[],
    unleased: readonly Flight<T>[],
    token: string,
    deadline: Deadline,
  ): Promise<void> {
    const { store } = this.#context;
    const asOf = nextMoment();
    this.#count("load");
    let rows: Awaited<ReturnType<Entity<T>["load"]>>;
    const measured = this.#timer("load_ms");
    try {
      deadline.check();
      rows = await deadline.race(
        this.#entity.load(
          [...leased, ...unleased].map((flight) => flight.id),
          deadline,
        ),
      );
    } catch (error) {
      const keys = leased.map((flight) => this.#entity.key(flight.id).name);
      if (keys.length > 0) this.#context.inBackground(store.abandon(keys, token, this.#context.callDeadline()));
      throw error;
    } finally {
      measured();
    }
    for (const flight of unleased) this.#end(flight).land({ value: rows.get(flight.id)?.value, asOf });
    await Promise.all(
      leased.map(async (flight) => {
        const row = rows.get(flight.id);
        const filledAt = nextMoment();
        const filled = await this.#fill(flight.id, token, this.#entity.seal(row), deadline);
        // The lease was held without a break, so no write began: the row is still the newest as the fill is sent.
        this.#end(flight).land({ value: row?.value, asOf: filled ? filledAt : asOf });
      }),
    );
  }

  async #fill(id: string, token: string, value: ReturnType<Entity<T>["seal"]>, deadline: Deadline): Promise<boolean> {
    const { store } = this.#context;
    const { name } = this.#entity.key(id);
    if (value.bytes.byteLength > this.#context.maxValueBytes) {
      this.#context.inBackground(store.abandon([name], token, deadline));
      return false;
    }
    const measured = this.#timer("fill_ms");
    const filled = await store.fill(name, token, value, deadline).catch(() => false);
    measured();
    this.#count(filled ? "fill" : "fill_refused");
    return filled;
  }

  #end(flight: Flight<T>): Flight<T> {
    if (this.#flights.get(flight.id) === flight) this.#flights.delete(flight.id);
    return flight;
  }

  #timer(histogram: Parameters<typeof startTimer>[1]): () => void {
    return startTimer(this.#context.metrics, histogram, this.#entity.name);
  }

  #count(counter: Parameters<Context["metrics"]["count"]>[0]): void {
    this.#context.metrics.count(counter, 1, this.#entity.name);
  }
}

/** The rows that exist, in the order asked for. */
function inOrder<T>(ids: readonly string[], values: ReadonlyMap<string, T | undefined>): ReadonlyMap<string, T> {
  const ordered = new Map<string, T>();
  for (const id of ids) {
    const value = values.get(id);
    if (value !== undefined) ordered.set(id, value);
  }
  return ordered;
}

const COUNTER_OF = {
  value: "hit",
  leased: "miss",
  filling: "wait",
  writing: "writing",
  bypass: "bypass",
} as const;
