/** Something whose rate is measured: `step` is called again as soon as it has resolved. */
export interface Subject {
  readonly name: string;
  step(): Promise<unknown> | unknown;
}

/** Steps a second, one number a round. */
export type Rates = ReadonlyMap<string, readonly number[]>;

/** Steps between two looks at the clock, so that fast steps do not pay for it. */
const BETWEEN_LOOKS = 16;

/** Runs the subject with so many steps in flight for about `ms`; answers steps a second. */
export async function rateOf(subject: Subject, inFlight: number, ms: number): Promise<number> {
  const start = performance.now();
  const end = start + ms;
  let steps = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      for (let step = 0; step < BETWEEN_LOOKS; step += 1) await subject.step();
      steps += BETWEEN_LOOKS;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return (steps * 1_000) / (performance.now() - start);
}

/** Measures the subjects in turn, again and again, each round from another one on; a first round warms up. */
export async function alternate(
  subjects: readonly Subject[],
  { inFlight, rounds, ms }: { readonly inFlight: number; readonly rounds: number; readonly ms: number },
): Promise<Rates> {
  const rates = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const turn of subjects.keys()) {
      const subject = subjects[(turn + round + 1) % subjects.length];
      if (subject === undefined) continue;
      const rate = await rateOf(subject, inFlight, ms);
      if (round >= 0) rates.get(subject.name)?.push(rate);
    }
  }
  return rates;
}

/** The middle of the numbers, and the lowest and highest of them. */
export function spread(numbers: readonly number[]): {
  readonly median: number;
  readonly low: number;
  readonly high: number;
} {
  const sorted = numbers.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? 0, low: sorted[0] ?? 0, high: sorted.at(-1) ?? 0 };
}

/** Round by round, one's rate by the other's. */
export function ratios(rates: Rates, name: string, to: string): readonly number[] {
  const below = rates.get(to) ?? [];
  return (rates.get(name) ?? []).map((rate, round) => rate / (below[round] ?? Number.NaN));
}
