import { expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import { Comparison, type Difference, describeDifference } from "./support/differential/compare.ts";
import { createRandom } from "./support/differential/random.ts";
import { randomRubbish } from "./support/differential/rubbish.ts";
import { startTwins } from "./support/differential/twins.ts";

const SEED = seed();

/** How much rubbish in all; a nightly run may take more. */
const CASES = Number(process.env["DIFFERENTIAL_RUBBISH"] ?? 1_000);
const LANES = 16;

test(`rubbish gets the same from both paths, and ends neither server (SEED=${SEED})`, async () => {
  await using twins = await startTwins({ limits: { readMaxBytes: 10_000 } });
  const comparison = Comparison.ofBytes(twins);
  const random = createRandom(SEED);
  const found: Difference[] = [];
  let left = CASES;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const { name, sending } = randomRubbish(random);
      const difference = await comparison.run(name, sending);
      if (difference !== undefined) found.push(difference);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  found.push(...(await comparison.recheck()));
  expect(found.map(describeDifference).join("\n\n")).toBe("");
  for (const { port } of [twins.stock, twins.fast]) {
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  }
}, 600_000);
