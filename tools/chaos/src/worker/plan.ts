/** The load of one round in one process. Shares are probabilities, times milliseconds. */
export interface LoadPlan {
  /** Few, so that readers and writers of all processes meet there. */
  readonly hotKeys: readonly string[];
  /** Many, read and written now and then. Default none. */
  readonly coldKeys?: readonly string[];
  /** How many loops read. */
  readonly readers: number;
  /** How many loops write. */
  readonly writers: number;
  /** Of the operations, how many are about a hot key. Default 0.9. */
  readonly hotShare?: number;
  /** Of the reads, how many are batches. Default 0.2. */
  readonly batchShare?: number;
  /** Keys in a batch at most. Default 6. */
  readonly batchSize?: number;
  /** Of the writes, how many remove. Default 0.15. */
  readonly removeShare?: number;
  /** Pause between two reads of a loop at most; every third read or so has one. Default 2. */
  readonly readPauseMs?: number;
  /** Pause between two writes of a loop at most. Default 20. */
  readonly writePauseMs?: number;
}

export type FullPlan = Required<LoadPlan>;

export function withDefaults(plan: LoadPlan): FullPlan {
  return {
    coldKeys: [],
    hotShare: 0.9,
    batchShare: 0.2,
    batchSize: 6,
    removeShare: 0.15,
    readPauseMs: 2,
    writePauseMs: 20,
    ...plan,
  };
}
