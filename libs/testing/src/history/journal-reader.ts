import { closeSync, ftruncateSync, openSync, readSync } from "node:fs";
import { OUTCOMES } from "./journal-line.ts";
import type { Operation, ReadOperation, WriteOperation } from "./operation.ts";

const CHUNK_BYTES = 1 << 22;
const NEWLINE = 10;

/**
 * Reads a journal while its process lives: each call gives what is new. A write that has begun and not ended is given as
 * `unknown`, and again with its outcome once it has ended: `HistoryChecker.add` takes both.
 */
export class JournalReader implements Disposable {
  readonly #file: number;
  readonly #open = new Map<string, WriteOperation>();
  #position = 0;
  #rest = Buffer.alloc(0);
  #process = "";
  /** Substrings keep the whole text that they are cut from; these copies do not. */
  #strings = new Map<string, string>();

  /** @throws Error when there is no such file. */
  constructor(file: string) {
    this.#file = openSync(file, "r+");
  }

  /** The operations since the last call. A line that is not complete waits for the next one. */
  read(): Operation[] {
    const operations: Operation[] = [];
    const begun = new Map<string, WriteOperation>();
    for (const line of this.#lines()) this.#take(line, operations, begun);
    operations.push(...begun.values());
    this.#strings = new Map();
    return operations;
  }

  /** Empties the file of what was read, so that a long run needs no disk; only while its process writes nothing. */
  discard(): void {
    ftruncateSync(this.#file);
    this.#position = 0;
  }

  close(): void {
    closeSync(this.#file);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  *#lines(): Generator<string> {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const length = readSync(this.#file, chunk, 0, CHUNK_BYTES, this.#position);
      if (length === 0) return;
      this.#position += length;
      const bytes = Buffer.concat([this.#rest, chunk.subarray(0, length)]);
      const complete = bytes.lastIndexOf(NEWLINE) + 1;
      this.#rest = bytes.subarray(complete);
      if (complete > 0) yield* bytes.toString("utf8", 0, complete - 1).split("\n");
    }
  }

  #take(line: string, operations: Operation[], begun: Map<string, WriteOperation>): void {
    const [type, ...fields] = line.split("\t");
    if (type === "r") operations.push(this.#readOf(fields));
    else if (type === "b") {
      const [number = "", ...rest] = fields;
      const write = this.#writeOf(rest);
      this.#open.set(number, write);
      begun.set(number, write);
    } else if (type === "e") {
      const [number = "", ...rest] = fields;
      const write = this.#open.get(number);
      if (write === undefined) throw new Error(`no write begins what this line ends: ${line}`);
      operations.push(ended(write, rest));
      this.#open.delete(number);
      begun.delete(number);
    } else if (type === "p") {
      this.#process = this.#copy(fields[0] ?? "");
      operations.push(...begun.values());
      begun.clear();
      this.#open.clear();
    } else if (!line.startsWith("#") && line !== "") throw new Error(`no line of a journal: ${line}`);
  }

  #readOf([key = "", start, end, version = "", mark = ""]: readonly string[]): ReadOperation {
    return {
      kind: "read",
      key: this.#copy(key),
      start: Number(start) / 1_000,
      end: Number(end) / 1_000,
      seen:
        version === "" ? { version: undefined, mark: undefined } : { version: BigInt(version), mark: this.#copy(mark) },
      process: this.#process,
    };
  }

  #writeOf([kind, key = "", mark = "", start, removed = ""]: readonly string[]): WriteOperation {
    if (kind !== "put" && kind !== "remove") throw new Error(`no kind of write: ${kind}`);
    return {
      kind,
      key: this.#copy(key),
      mark: this.#copy(mark),
      start: Number(start) / 1_000,
      outcome: "unknown",
      process: this.#process,
      ...(removed === "" ? {} : { removed: BigInt(removed) }),
    };
  }

  #copy(text: string): string {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    const copy = Buffer.from(text).toString();
    this.#strings.set(copy, copy);
    return copy;
  }
}

function ended(write: WriteOperation, [end, told, version = ""]: readonly string[]): WriteOperation {
  const outcome = OUTCOMES.find((each) => each === told);
  if (outcome === undefined) throw new Error(`no outcome of a write: ${told}`);
  return {
    ...write,
    outcome,
    ...(outcome === "unknown" ? {} : { end: Number(end) / 1_000 }),
    ...(version === "" ? {} : { version: BigInt(version) }),
  };
}

/** All operations of a journal. A write without its end, and a last line that SIGKILL tore, are what they can be: unknown. */
export function readJournal(file: string): Operation[] {
  using reader = new JournalReader(file);
  return reader.read();
}
