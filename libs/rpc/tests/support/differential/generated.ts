import { type Comparison, type Difference, describeDifference, type Sending } from "./compare.ts";
import { createRandom } from "./random.ts";

/** A kind of generated cases. */
export interface Generator<Case, Script> {
  /** How many in all. */
  readonly cases: number;
  /** How many at a time: they also meet each other. */
  readonly lanes: number;
  readonly random: (random: ReturnType<typeof createRandom>) => Case;
  readonly describe: (request: Case) => string;
  readonly send: (request: Case) => Sending<Script>;
  /** Cases that are less odd. */
  readonly simpler: (request: Case) => Iterable<Case>;
}

/** How many differences are told. */
const TOLD = 12;

/**
 * Runs generated cases against both servers.
 *
 * @returns how many differ, and what is to be told of them: of some, their least odd form
 */
export async function compareGenerated<Case, Script>(
  comparison: Comparison<Script>,
  seed: number,
  generator: Generator<Case, Script>,
): Promise<readonly [number, string]> {
  const random = createRandom(seed);
  const compare = (request: Case) => comparison.run(generator.describe(request), generator.send(request));
  /** The least odd case that still makes a difference. */
  const simplest = async (request: Case, difference: Difference): Promise<Difference> => {
    for (const candidate of generator.simpler(request)) {
      const other = await compare(candidate);
      if (other !== undefined) return simplest(candidate, other);
    }
    return difference;
  };
  const found: { request: Case; difference: Difference }[] = [];
  let left = generator.cases;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const request = generator.random(random);
      const difference = await compare(request);
      if (difference !== undefined) found.push({ request, difference });
    }
  };
  await Promise.all(Array.from({ length: generator.lanes }, lane));
  const differences = await comparison.recheck();
  for (const { request, difference } of found.slice(0, TOLD)) differences.push(await simplest(request, difference));
  return [found.length, differences.map(describeDifference).join("\n\n")];
}
