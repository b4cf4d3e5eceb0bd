import { closeSync, openSync, writeSync } from "node:fs";
import { monotonicMs } from "./clock.ts";
import { type Begun, beginLine, endLine, processLine, readLine } from "./journal-line.ts";
import type { Seen, WriteOutcome } from "./operation.ts";

/** Reads are kept back until they fill this much, in characters. */
const BUFFERED = 1 << 16;

/** A write that is under way. */
export interface OpenWrite {
  readonly start: number;
  /** To be called as soon as the outcome is known; takes the time itself. `version`: of a put, when it was told. */
  end(outcome: WriteOutcome, version?: bigint): void;
}

/**
 * Records the operations of one process in a file. A line about a write is handed to the kernel before the call returns,
 * so that no end of the process loses it, SIGKILL included: only the machine's own end would. Reads are handed over in
 * bulk; losing some of them hides nothing but themselves.
 */
export class JournalWriter implements Disposable {
  readonly #file: number;
  #reads = "";
  #begun = 0;

  /**
   * Creates `file`. `process` names this process in what is reported.
   *
   * @throws Error when there is such a file: each process has its own, since SIGKILL can leave half a line at the end.
   */
  constructor(file: string, process: string) {
    this.#file = openSync(file, "ax");
    this.#put(processLine(process));
  }

  /** Records a read. `start` and `end`: `monotonicMs` before it was sent and after its answer had come. */
  read(key: string, start: number, end: number, seen: Seen): void {
    this.#reads += readLine({ key, start, end, seen });
    if (this.#reads.length >= BUFFERED) this.flush();
  }

  /** Records that a write begins; to be called before anything of it is sent. Takes the time itself. */
  begin(write: Omit<Begun, "start">): OpenWrite {
    const start = monotonicMs();
    this.#begun += 1;
    const number = this.#begun;
    this.#put(beginLine(number, { ...write, start }));
    return {
      start,
      end: (outcome, version) => this.#put(endLine(number, { end: monotonicMs(), outcome, version })),
    };
  }

  /** Hands all reads to the kernel; to be called at the end of a round. */
  flush(): void {
    const reads = this.#reads;
    this.#reads = "";
    this.#put(reads);
  }

  /** Flushes and closes the file. */
  close(): void {
    this.flush();
    closeSync(this.#file);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #put(text: string): void {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
  }
}
