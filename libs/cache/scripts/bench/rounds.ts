/** Something whose rate is measured: `step` is called again as soon as it has resolved. */
export interface Subject {
  readonly name: string;
  step(): Promise<unknown> | unknown;
}

/** One round of a subject. */
export interface Round {
  /** Steps a second. */
  readonly rate: number;
  /** This process's processor time for a step, in microseconds, which other work on the machine disturbs least. */
  readonly cpuUs: number;
}

export type Rounds = ReadonlyMap<string, readonly Round[]>;

/** Steps between two looks at the clock, so that fast steps do not pay for it. */
const BETWEEN_LOOKS = 16;

/** Runs the subject with so many steps in flight for about `ms`. */
export async function measure(subject: Subject, inFlight: number, ms: number): Promise<Round> {
  const cpu = process.cpuUsage();
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
  const { user, system } = process.cpuUsage(cpu);
  return { rate: (steps * 1_000) / (performance.now() - start), cpuUs: (user + system) / steps };
}

/** Measures the subjects in turn, again and again, each round from another one on; a first round warms up. */
export async function alternate(
  subjects: readonly Subject[],
  { inFlight, rounds, ms }: { readonly inFlight: number; readonly rounds: number; readonly ms: number },
): Promise<Rounds> {
  const measured = new Map<string, Round[]>(subjects.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const turn of subjects.keys()) {
      const subject = subjects[(turn + round + 1) % subjects.length];
      if (subject === undefined) continue;
      const one = await measure(subject, inFlight, ms);
      if (round >= 0) measured.get(subject.name)?.push(one);
    }
  }
  return measured;
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
export function ratios(rounds: Rounds, name: string, to: string): readonly number[] {
  const below = rounds.get(to) ?? [];
  return (rounds.get(name) ?? []).map(({ rate }, round) => rate / (below[round]?.rate ?? Number.NaN));
}
