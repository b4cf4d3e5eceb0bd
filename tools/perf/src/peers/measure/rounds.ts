import type { Budget, Progress } from "../../targets/target.ts";

/** What one side did in one round. */
export interface Round {
  /** Answers a second. */
  readonly perSecond: number;
  /** What the server used for each of them, in microseconds; NaN where that is not known. */
  readonly cpuMicros: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How much of a core the load itself took: near 1 it is what is measured. */
  readonly generatorCores: number;
}

/** Something that is measured beside others. */
export interface Side {
  readonly name: string;
  /** @throws Error when an answer is wrong */
  run(seconds: number): Promise<Round>;
}

export type Series = ReadonlyMap<string, readonly Round[]>;

/** Measures sides in alternating rounds, each after a warm-up of its own. */
export async function alternate(sides: readonly Side[], budget: Budget, progress: Progress): Promise<Series> {
  const series = new Map<string, Round[]>(sides.map(({ name }) => [name, []]));
  const whole = sides.length * (budget.warmUpSeconds + budget.rounds * budget.seconds);
  let done = 0;
  const run = async (side: Side, seconds: number, what: string): Promise<Round> => {
    progress.show(done / whole, `${side.name}, ${what}`);
    const round = await side.run(seconds);
    done += seconds;
    return round;
  };
  for (const side of sides) if (budget.warmUpSeconds > 0) await run(side, budget.warmUpSeconds, "warm-up");
  for (let round = 1; round <= budget.rounds; round++) {
    // Every other round backwards, so that none always runs behind the same neighbour.
    for (const side of round % 2 === 1 ? sides : sides.toReversed()) {
      series.get(side.name)?.push(await run(side, budget.seconds, `round ${round} of ${budget.rounds}`));
    }
  }
  progress.show(1, "done");
  return series;
}

/** The rates of one side, round by round. @throws RangeError when there is none of that name */
export function ratesOf(series: Series, name: string): readonly number[] {
  const rounds = series.get(name);
  if (rounds === undefined) throw new RangeError(`nothing called "${name}" was measured`);
  return rounds.map(({ perSecond }) => perSecond);
}
