import { type Case, type Sample, Subject } from "./subject.ts";

/** A case with what its rounds have shown. */
export interface Measured<C extends Case> {
  readonly one: C;
  readonly samples: readonly Sample[];
}

/** What V8 needs to compile a server's hot path for good, in milliseconds. */
const WARM_UP_MS = 2_000;

/** Starts all servers, lets each warm up, and asks them in turn. */
export async function measureInTurn<C extends Case>(
  cases: readonly C[],
  { rounds, ms }: { readonly rounds: number; readonly ms: number },
): Promise<readonly Measured<C>[]> {
  await using stack = new AsyncDisposableStack();
  const running: { one: C; subject: Subject; samples: Sample[] }[] = [];
  for (const one of cases) running.push({ one, subject: stack.use(await Subject.start(one)), samples: [] });
  for (const { subject } of running) await subject.measure(Math.max(ms, WARM_UP_MS));
  for (let round = 0; round < rounds; round++) {
    for (const { subject, samples } of running) samples.push(await subject.measure(ms));
  }
  return running.map(({ one, samples }) => ({ one, samples }));
}

/** A table for people: rates, and ratios round by round to the case that `baseOf` names for each. */
export function table<C extends Case>(all: readonly Measured<C>[], baseOf: (one: C) => string): string {
  const lines = all.map(({ one, samples }) => {
    const base = all.find((other) => other.one.name === baseOf(one))?.samples ?? [];
    const ratios = samples.map(({ rate }, round) => rate / (base[round]?.rate ?? Number.NaN));
    const cpu = samples.map(({ cpuUs }, round) => (base[round]?.cpuUs ?? Number.NaN) / cpuUs);
    const cells = [
      one.name,
      Math.round(median(samples.map(({ rate }) => rate))).toLocaleString("en"),
      ...[median(ratios), Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2)),
      median(samples.map(({ cpuUs }) => cpuUs)).toFixed(1),
      median(cpu).toFixed(2),
    ];
    return `| ${cells.join(" | ")} |\n`;
  });
  return `| | a second | ratio | least | most | CPU us | CPU ratio |\n|---|--:|--:|--:|--:|--:|--:|\n${lines.join("")}`;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
