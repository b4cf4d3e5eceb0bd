import type { Seen, WriteOperation } from "@skyport/testing";

/** What became of one write. */
export interface WriteResult {
  /** As in the history; `missed`: nothing was done, because the row was not there, or not at the version. */
  readonly outcome: WriteOperation["outcome"] | "missed";
  /** The row's version after a put, where it is known. */
  readonly version?: bigint;
  /** Why it was not acknowledged: a stable word, counted in the report. */
  readonly reason?: string;
}

/**
 * What a working process drives and the checker judges: rows behind a cache, reached in whatever way. One object a
 * process; its methods run concurrently. Reads throw where they fail. Every call ends within the subject's own deadline.
 */
export interface Subject extends AsyncDisposable {
  read(key: string): Promise<Seen>;
  /** The states of all these keys; a row that does not exist is in the answer too. */
  readMany(keys: readonly string[]): Promise<ReadonlyMap<string, Seen>>;
  /** Changes the row, or creates it when it is absent. */
  put(key: string, mark: string): Promise<WriteResult>;
  /** Removes the row if it is at this version. */
  remove(key: string, version: bigint): Promise<WriteResult>;
  /** Counts since the start, for the report: hits, loads and whatever else there is. */
  counts(): Readonly<Record<string, number>>;
}

/** The state of a row that does not exist. */
export const ABSENT: Seen = { version: undefined, mark: undefined };
