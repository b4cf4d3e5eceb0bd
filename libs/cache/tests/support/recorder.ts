import { setTimeout as sleep } from "node:timers/promises";
import { Deadline } from "@skyport/deadline";
import { DomainError } from "@skyport/errors";
import { eventually, monotonicMs, type Operation, type Seen, type WriteOutcome } from "@skyport/testing";
import type { Instance, WriteOptions } from "./instance.ts";

/** What a write came to. */
export interface Written {
  readonly outcome: WriteOutcome;
  readonly version?: bigint;
  /** Of the error that it was answered with: the reason of a DomainError, else its name and message. */
  readonly reason?: string;
}

/** How much longer than its deadline a call may take before it counts as one that hung. */
const MARGIN_MS = 1_000;

/** Pause between the reads of one watched row: often enough to meet every state, and other work has to run too. */
const PAUSE_MS = 15;

/** Uses one instance, and keeps what came of it for the checker. */
export class Recorder {
  readonly instance: Instance;
  readonly process: string;
  /** Calls that outlived their deadlines, and errors that are no DomainErrors: both must stay empty. */
  readonly faults: string[] = [];
  readonly #operations: Operation[] = [];
  #writes = 0;
  readonly #watches = new Map<string, { readonly stopping: AbortController; readonly done: Promise<void> }>();

  constructor(process: string, instance: Instance) {
    this.process = process;
    this.instance = instance;
  }

  /** What was recorded of this key. */
  of(key: string): readonly Operation[] {
    return this.#operations.filter((operation) => operation.key === key);
  }

  add(operation: Operation): void {
    this.#operations.push(operation);
  }

  async read(key: string, deadlineMs = 5_000): Promise<Seen> {
    const start = monotonicMs();
    try {
      const seen = await this.instance.read(key, Deadline.after(deadlineMs));
      this.add({ kind: "read", key, start, end: monotonicMs(), seen, process: this.process });
      return seen;
    } catch (error) {
      this.#typed(error);
      throw error;
    } finally {
      this.#inTime(`read of ${key}`, start, deadlineMs);
    }
  }

  async put(keys: readonly string[], mark: string, options: WriteOptions = {}): Promise<Written> {
    const { deadlineMs = 5_000 } = options;
    const start = monotonicMs();
    const written = await this.instance.write(keys, mark, options).then(
      (version): Written => ({ outcome: "acknowledged", version }),
      (error: unknown): Written => {
        if (options.fail !== true) this.#typed(error);
        return { outcome: outcomeOf(error), reason: reasonOf(error) };
      },
    );
    this.#inTime(`write of ${keys}`, start, deadlineMs);
    const certain = written.outcome === "unknown" ? {} : { end: monotonicMs() };
    const { outcome, version } = written;
    for (const key of keys) {
      const known = version === undefined || key !== keys.at(-1) ? {} : { version };
      this.add({ kind: "put", key, mark, start, ...certain, outcome, ...known, process: this.process });
    }
    return written;
  }

  /** Writes the row until a write is acknowledged; gives the mark of that one. */
  untilWritten(key: string, deadlineMs = 5_000): Promise<string> {
    return eventually(
      async () => {
        this.#writes += 1;
        const mark = `${this.process}-${this.#writes}`;
        const { outcome, reason } = await this.put([key], mark, { deadlineMs });
        if (outcome !== "acknowledged") throw new Error(`the write of ${key} is ${outcome}: ${reason}`);
        return mark;
      },
      { withinMs: 20_000 },
    );
  }

  async remove(key: string, version: bigint): Promise<boolean> {
    const start = monotonicMs();
    const removed = await this.instance.remove(key, version);
    const outcome = removed ? "acknowledged" : "refused";
    const mark = `remove of ${version}`;
    const end = monotonicMs();
    this.add({ kind: "remove", key, mark, start, end, outcome, removed: version, process: this.process });
    return removed;
  }

  /** Reads a row again and again, until `unwatch`. Reads that fail are allowed to, as long as their errors are typed. */
  watch(key: string, deadlineMs = 5_000): void {
    const stopping = new AbortController();
    const loop = async (): Promise<void> => {
      while (!stopping.signal.aborted) {
        await this.read(key, deadlineMs).catch(() => undefined);
        await sleep(PAUSE_MS);
      }
    };
    this.#watches.set(key, { stopping, done: loop() });
  }

  async unwatch(key: string): Promise<void> {
    const watch = this.#watches.get(key);
    if (watch === undefined) return;
    watch.stopping.abort();
    await watch.done;
  }

  #typed(error: unknown): void {
    if (!(error instanceof DomainError)) this.faults.push(`an error without a type: ${reasonOf(error)}`);
  }

  #inTime(what: string, start: number, deadlineMs: number): void {
    const over = monotonicMs() - start - deadlineMs;
    if (over > MARGIN_MS) this.faults.push(`a ${what} outlived its deadline by ${Math.round(over)} ms`);
  }
}

/** What a write's error tells about it, as the documentation of the error has it. */
function outcomeOf(error: unknown): WriteOutcome {
  if (!(error instanceof DomainError)) return "refused";
  switch (error.details.metadata?.["outcome"]) {
    case "committed":
      return "committed";
    case "unknown":
      return "unknown";
    default:
      return "refused";
  }
}

/** The reason of a DomainError, else the error's name and message. */
export function reasonOf(error: unknown): string {
  return error instanceof DomainError ? error.reason : String(error);
}
