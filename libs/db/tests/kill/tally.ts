import type { CommitOutcome, RawRow, ReportedOutcome } from "../../src/index.ts";

/** What a run saw. All but the first four and `whole` have to be 0. */
export interface Report {
  /** Faults by name. */
  readonly kills: Readonly<Record<string, number>>;
  readonly transactions: number;
  readonly committed: number;
  /** Errors by reason, with the outcome where they tell one. */
  readonly errors: Readonly<Record<string, number>>;
  readonly reads: number;
  /** Errors that are no domain error of the three kinds. */
  readonly untyped: readonly string[];
  /** Transactions or reads that were not done long after their deadline. */
  readonly hangs: number;
  /** Transactions with some of their rows. */
  readonly half: number;
  /** Acknowledged, and not there. */
  readonly lost: number;
  /** Refused as rolled back, and there. */
  readonly ghosts: number;
  /** Statements that ran in another transaction or on another connection than their own. */
  readonly strays: number;
  /** Reads that got another's answer. */
  readonly crossed: number;
  /** Transactions whose `onOutcome` was not told exactly once, or told something else than became true. */
  readonly mistold: number;
  /** Whether the pool gave all of its connections afterwards. */
  readonly whole: boolean;
  readonly seconds: number;
}

const REASONS: ReadonlySet<string> = new Set(["DATABASE_UNAVAILABLE", "DEADLINE_EXCEEDED", "CONTENTION"]);
/** Twice the deadline of each unit of work. */
const HANG_MS = 20_000;
const ROWS = 3;

type Fate = CommitOutcome | "unknown";
interface Run {
  readonly fate: Fate;
  readonly told: readonly (CommitOutcome | "unknown")[];
}

/** Keeps the books of a run. */
export class Tally {
  readonly #kills = new Map<string, number>();
  readonly #errors = new Map<string, number>();
  readonly #runs = new Map<number, Run>();
  readonly #xids = new Map<number, bigint>();
  readonly #untyped: string[] = [];
  #reads = 0;
  #hangs = 0;
  #strays = 0;
  #crossed = 0;

  get kills(): number {
    return [...this.#kills.values()].reduce((sum, n) => sum + n, 0);
  }

  hit(fault: string): void {
    this.#kills.set(fault, (this.#kills.get(fault) ?? 0) + 1);
  }

  began(run: number, xid: bigint | undefined): void {
    if (xid !== undefined) this.#xids.set(run, xid);
  }

  /** A statement tells in which transaction and on which connection it ran. */
  inserted(xid: bigint | undefined, row: RawRow | undefined, pid: unknown): void {
    if (row?.["pid"] !== pid || (xid !== undefined && row?.["xid"] !== xid.toString())) this.#strays += 1;
  }

  /** Waits for a transaction's end, and for its outcome where that is told later; whether it was acknowledged. */
  async judge(run: number, work: Promise<void>, told: readonly ReportedOutcome[]): Promise<boolean> {
    let fate: Fate = "rolled_back";
    try {
      await this.#patiently(work);
      fate = "committed";
    } catch (error) {
      if (this.#note(error) === "unknown") fate = "unknown";
    }
    const settled = await Promise.all(
      told.map((outcome) => (typeof outcome === "string" ? outcome : outcome.unknown.catch(() => "unknown" as const))),
    );
    this.#runs.set(run, { fate, told: settled });
    return fate === "committed";
  }

  async read(work: Promise<readonly RawRow[]>, expected: number): Promise<void> {
    this.#reads += 1;
    try {
      const [row] = await this.#patiently(work);
      if (row?.["n"] !== expected) this.#crossed += 1;
    } catch (error) {
      this.#note(error);
    }
  }

  async #patiently<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#hangs += 1;
        reject(new Error("hangs"));
      }, HANG_MS);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  }

  /** Counts an error; gives the outcome that it tells. */
  #note(error: unknown): string | undefined {
    const { reason, details } = error as { reason?: string; details?: { metadata?: Record<string, string> } };
    const outcome = details?.metadata?.["outcome"];
    if (reason === undefined || !REASONS.has(reason)) this.#untyped.push(String(error));
    const key = outcome === undefined ? String(reason) : `${reason} ${outcome}`;
    this.#errors.set(key, (this.#errors.get(key) ?? 0) + 1);
    return outcome;
  }

  /** `stored`: for each run with rows, how many (`n`) and the least and greatest id that wrote them. */
  report(stored: readonly RawRow[], whole: boolean, ms: number): Report {
    const rows = new Map(stored.map((row) => [Number(row["run"]), row]));
    const count = (test: (run: Run, n: number, id: number) => boolean): number =>
      [...this.#runs].filter(([id, run]) => test(run, Number(rows.get(id)?.["n"] ?? 0), id)).length;
    const foreign = stored.filter(({ run, first, last }) => {
      const own = this.#xids.get(Number(run))?.toString();
      return first !== last || (own !== undefined && own !== first);
    });
    return {
      kills: Object.fromEntries(this.#kills),
      transactions: this.#runs.size,
      committed: count(({ fate }) => fate === "committed"),
      errors: Object.fromEntries(this.#errors),
      reads: this.#reads,
      untyped: this.#untyped,
      hangs: this.#hangs,
      half: count((_, n) => n !== 0 && n !== ROWS),
      lost: count(({ fate }, n) => fate === "committed" && n === 0),
      ghosts: count(({ fate }, n) => fate === "rolled_back" && n > 0),
      strays: this.#strays + foreign.length,
      crossed: this.#crossed,
      mistold: count(
        ({ told }, n) => told.length !== 1 || (told[0] !== "unknown" && (told[0] === "committed") !== n > 0),
      ),
      whole,
      seconds: Math.round(ms / 100) / 10,
    };
  }
}
