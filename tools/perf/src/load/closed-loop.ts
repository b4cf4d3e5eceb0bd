import type { Caller } from "./caller.ts";
import { type LoadResult, Tally } from "./load-result.ts";
import type { PreparedCall } from "./prepared-call.ts";

const MS_PER_SECOND = 1_000;

/** A closed loop: `clients` at a time, each makes its next call as soon as its last one is answered. */
export async function closedLoop(
  caller: Caller,
  calls: readonly PreparedCall[],
  clients: number,
  seconds: number,
): Promise<LoadResult> {
  const tally = new Tally();
  const end = performance.now() + seconds * MS_PER_SECOND;
  const client = async (_: unknown, index: number): Promise<void> => {
    let next = Math.floor((calls.length * index) / clients);
    while (performance.now() < end) {
      const call = calls[next++ % calls.length];
      if (call === undefined) return;
      const start = performance.now();
      try {
        await caller.call(call);
        tally.answered(performance.now() - start);
      } catch (error) {
        tally.failed(error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return tally.finish();
}
