import type { Deadline } from "@skyport/deadline";
import type { EntityOptions, Versioned } from "../types.ts";
import type { ToldOutcome, Transactor } from "../write/transactor.ts";

/** A row of the model database: a number that its writer chose. */
export interface Row {
  readonly id: string;
  readonly n: number;
}

/** What a transaction of the model may do. */
export interface RegisterTx {
  put(id: string, n: number): Versioned<Row>;
  remove(id: string): void;
}

/**
 * The smallest model of a primary database: rows with a revision that always grows, changes that become visible at
 * COMMIT as a whole. Hooks let a test hold a transaction before its COMMIT, or between COMMIT and its outcome.
 */
export class Register implements Transactor<RegisterTx> {
  readonly #rows = new Map<string, Versioned<Row>>();
  #revision = 0n;
  /** How often rows were read, and which. */
  readonly loads: string[][] = [];
  /** How often a stored row was decoded. */
  decodes = 0;
  beforeCommit: (() => Promise<void>) | undefined;
  afterCommit: (() => Promise<void>) | undefined;
  /** Holds a read after its snapshot is taken. */
  afterSnapshot: (() => Promise<void>) | undefined;
  /** Replaces the outcome that is told. */
  outcome: ((outcome: "committed" | "rolled_back") => ToldOutcome) | undefined;

  row(id: string): Versioned<Row> | undefined {
    return this.#rows.get(id);
  }

  /** Changes a row behind the cache's back. */
  put(id: string, n: number): Versioned<Row> {
    this.#revision += 1n;
    const row = { version: this.#revision, value: { id, n } };
    this.#rows.set(id, row);
    return row;
  }

  /** Deletes a row behind the cache's back. */
  forget(id: string): void {
    this.#rows.delete(id);
  }

  async load(ids: readonly string[]): Promise<ReadonlyMap<string, Versioned<Row>>> {
    this.loads.push([...ids]);
    const snapshot = new Map<string, Versioned<Row>>();
    for (const id of ids) {
      const row = this.#rows.get(id);
      if (row !== undefined) snapshot.set(id, row);
    }
    await this.afterSnapshot?.();
    return snapshot;
  }

  async transaction<R>(
    options: { readonly deadline: Deadline; readonly onOutcome: (outcome: ToldOutcome) => Promise<void> },
    body: (tx: RegisterTx) => Promise<R>,
  ): Promise<R> {
    const changes = new Map<string, Versioned<Row> | undefined>();
    const tx: RegisterTx = {
      put: (id, n) => {
        this.#revision += 1n;
        const row = { version: this.#revision, value: { id, n } };
        changes.set(id, row);
        return row;
      },
      remove: (id) => void changes.set(id, undefined),
    };
    const told = (outcome: "committed" | "rolled_back") => this.outcome?.(outcome) ?? outcome;
    let result: R;
    try {
      result = await body(tx);
    } catch (error) {
      await options.onOutcome(told("rolled_back"));
      throw error;
    }
    await this.beforeCommit?.();
    for (const [id, row] of changes) {
      if (row === undefined) this.#rows.delete(id);
      else this.#rows.set(id, row);
    }
    await this.afterCommit?.();
    await options.onOutcome(told("committed"));
    return result;
  }

  /** An entity over these rows. */
  entity(name = "row"): EntityOptions<Row> {
    return {
      name,
      ttlMs: 60_000,
      encode: (row) => Buffer.from(JSON.stringify(row)),
      decode: (bytes) => {
        this.decodes += 1;
        return JSON.parse(Buffer.from(bytes).toString("utf8"));
      },
      load: (ids) => this.load(ids),
    };
  }
}
