import { type JournalWriter, monotonicMs, type Seen } from "@skyport/testing";
import type { Subject, WriteResult } from "../subject.ts";
import type { Progress, WorkerReport } from "./messages.ts";
import { reasonOf } from "./reason.ts";

/** How late a call may end after its deadline before it counts as hung, in milliseconds. */
const MARGIN_MS = 1_000;

export interface RecorderOptions {
  readonly subject: Subject;
  readonly journal: JournalWriter;
  readonly process: string;
  readonly round: number;
  readonly deadlineMs: number;
}

/** Drives a subject for one round: writes each operation into the journal, and counts. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #before: Readonly<Record<string, number>>;
  readonly #errors: Record<string, number> = {};
  readonly #longest = { read: 0, write: 0 };
  #marks = 0;
  #reads = 0;
  #acknowledged = 0;
  #missed = 0;
  #hung = 0;
  #running = 0;
  #closed = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#before = { ...options.subject.counts() };
  }

  /** Undefined when the read failed. */
  async read(key: string): Promise<Seen | undefined> {
    return (await this.#read(async (subject) => new Map([[key, await subject.read(key)]])))?.get(key);
  }

  /** Undefined when the batch failed. */
  readMany(keys: readonly string[]): Promise<ReadonlyMap<string, Seen> | undefined> {
    return this.#read((subject) => subject.readMany(keys));
  }

  put(key: string): Promise<WriteResult> {
    const mark = this.#nextMark();
    return this.#write({ kind: "put", key, mark }, (subject) => subject.put(key, mark));
  }

  remove(key: string, version: bigint): Promise<WriteResult> {
    const mark = this.#nextMark();
    return this.#write({ kind: "remove", key, mark, removed: version }, (subject) => subject.remove(key, version));
  }

  get progress(): Progress {
    const now = this.#options.subject.counts();
    const counts = Object.fromEntries(Object.entries(now).map(([name, n]) => [name, n - (this.#before[name] ?? 0)]));
    const failed = Object.values(this.#errors).reduce((sum, n) => sum + n, 0);
    return { reads: this.#reads, acknowledged: this.#acknowledged, failed, counts };
  }

  /** Ends the round: what still runs by now is stuck, and is recorded no further. */
  close(): WorkerReport {
    const { process, round } = this.#options;
    this.#closed = true;
    return {
      ...this.progress,
      process,
      round,
      missed: this.#missed,
      errors: this.#errors,
      longestReadMs: this.#longest.read,
      longestWriteMs: this.#longest.write,
      hung: this.#hung + this.#running,
      stuck: this.#running,
    };
  }

  /** Unique in the history: no process name is used twice, and no round within one. */
  #nextMark(): string {
    this.#marks += 1;
    return `${this.#options.process}-${this.#options.round}-${this.#marks}`;
  }

  async #read(work: (subject: Subject) => Promise<ReadonlyMap<string, Seen>>) {
    const { subject, journal } = this.#options;
    const start = monotonicMs();
    this.#running += 1;
    try {
      const found = await work(subject);
      const end = this.#ended("read", start);
      if (this.#closed) return found;
      for (const [key, seen] of found) journal.read(key, start, end, seen);
      this.#reads += found.size;
      return found;
    } catch (error) {
      this.#ended("read", start);
      this.#count("read", reasonOf(error));
      return undefined;
    } finally {
      this.#running -= 1;
    }
  }

  async #write(
    write: { kind: "put" | "remove"; key: string; mark: string; removed?: bigint },
    work: (subject: Subject) => Promise<WriteResult>,
  ): Promise<WriteResult> {
    const { subject, journal } = this.#options;
    const open = journal.begin(write);
    this.#running += 1;
    let result: WriteResult;
    try {
      result = await work(subject);
    } catch (error) {
      result = { outcome: "unknown", reason: reasonOf(error) };
    }
    this.#running -= 1;
    if (this.#closed) return result;
    this.#ended("write", open.start);
    // A write that missed its condition changed nothing, which is what refused means to the history.
    const outcome = result.outcome === "missed" ? "refused" : result.outcome;
    open.end(outcome, result.version);
    if (result.outcome === "acknowledged") this.#acknowledged += 1;
    else if (result.outcome === "missed") this.#missed += 1;
    else this.#count("write", `${result.reason ?? "?"} ${result.outcome}`);
    return result;
  }

  #ended(kind: "read" | "write", start: number): number {
    const end = monotonicMs();
    const took = end - start;
    if (took > this.#longest[kind]) this.#longest[kind] = took;
    if (took > this.#options.deadlineMs + MARGIN_MS) this.#hung += 1;
    return end;
  }

  #count(kind: string, reason: string): void {
    const name = `${kind} ${reason}`;
    this.#errors[name] = (this.#errors[name] ?? 0) + 1;
  }
}
