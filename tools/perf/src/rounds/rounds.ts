import type { Progress } from "../targets/target.ts";

/** Something that is measured beside others, round after round. */
export interface Subject<R> {
  readonly name: string;
  run(seconds: number): Promise<R>;
}

/** How often, and for how long each time. */
export interface RoundsOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/** What each subject did, round by round. */
export type Measurements<R> = ReadonlyMap<string, readonly R[]>;

/**
 * Measures subjects in alternating rounds: what disturbs the machine for a while disturbs all of them alike. Every other
 * round goes backwards, so that none always runs behind the same neighbour.
 */
export async function inTurns<R>(
  subjects: readonly Subject<R>[],
  { rounds, seconds, warmUpSeconds }: RoundsOptions,
  progress: Progress,
): Promise<Measurements<R>> {
  const results = new Map<string, R[]>(subjects.map(({ name }) => [name, []]));
  const steps = subjects.length * (rounds + (warmUpSeconds > 0 ? 1 : 0));
  let done = 0;
  const run = (subject: Subject<R>, length: number, what: string): Promise<R> => {
    progress.show(done++ / steps, `${subject.name}, ${what}`);
    return subject.run(length);
  };
  if (warmUpSeconds > 0) for (const subject of subjects) await run(subject, warmUpSeconds, "warm-up");
  for (let round = 1; round <= rounds; round++) {
    for (const subject of round % 2 === 1 ? subjects : subjects.toReversed()) {
      results.get(subject.name)?.push(await run(subject, seconds, `round ${round} of ${rounds}`));
    }
  }
  progress.show(1, "done");
  return results;
}
