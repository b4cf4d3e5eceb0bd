import { describe, expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import { Comparison, type Difference, describeDifference } from "./support/differential/compare.ts";
import type { Script } from "./support/differential/conversation.ts";
import { createRandom } from "./support/differential/random.ts";
import { describeCase, type RequestCase, randomCase, simpler } from "./support/differential/request-case.ts";
import { sendCase } from "./support/differential/send-case.ts";
import { startTwins } from "./support/differential/twins.ts";
import { VARIANTS } from "./support/differential/variants.ts";

const SEED = seed();

/** Requests in all; a nightly run may take more. */
const CASES = Number(process.env["DIFFERENTIAL_CASES"] ?? 2_000);

/** Cases at a time: they also meet each other. */
const LANES = 16;

/** How many differences are told. */
const TOLD = 12;

describe(`generated requests get the same from the fast path as from Connect's own (SEED=${SEED})`, () => {
  test.each(VARIANTS.map((variant, index) => [variant.name, variant, index] as const))(
    "%s",
    async (_, variant, index) => {
      await using twins = await startTwins(variant.options);
      const comparison = Comparison.ofBytes(twins);
      const random = createRandom(SEED + index);
      const found: { request: RequestCase; difference: Difference }[] = [];
      let left = Math.ceil(CASES * variant.share);
      const lane = async (): Promise<void> => {
        while (left-- > 0) {
          const request = randomCase(random);
          const difference = await comparison.run(describeCase(request), sendCase(request));
          if (difference !== undefined) found.push({ request, difference });
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      const differences = await comparison.recheck();
      for (const { request, difference } of found.slice(0, TOLD)) {
        differences.push(await simplest(comparison, request, difference));
      }
      expect([found.length, differences.map(describeDifference).join("\n\n")]).toEqual([0, ""]);
    },
    600_000,
  );
});

/** The least odd request that still makes a difference. */
async function simplest(
  comparison: Comparison<Script>,
  request: RequestCase,
  difference: Difference,
): Promise<Difference> {
  for (const candidate of simpler(request)) {
    const other = await comparison.run(describeCase(candidate), sendCase(candidate));
    if (other !== undefined) return simplest(comparison, candidate, other);
  }
  return difference;
}
