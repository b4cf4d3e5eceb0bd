import { describe, expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import { Comparison } from "./support/differential/compare.ts";
import { compareGenerated } from "./support/differential/generated.ts";
import { describeCase, randomCase, simpler } from "./support/differential/request-case.ts";
import { sendCase } from "./support/differential/send-case.ts";
import { startTwins } from "./support/differential/twins.ts";
import { VARIANTS } from "./support/differential/variants.ts";

const SEED = seed();

/** Requests in all; a nightly run may take more. */
const CASES = Number(process.env["DIFFERENTIAL_CASES"] ?? 2_000);

describe(`generated requests get the same from the fast path as from Connect's own (SEED=${SEED})`, () => {
  test.each(VARIANTS.map((variant, index) => [variant.name, variant, index] as const))(
    "%s",
    async (_, variant, index) => {
      await using twins = await startTwins(variant.options);
      const found = await compareGenerated(Comparison.ofBytes(twins), SEED + index, {
        cases: Math.ceil(CASES * variant.share),
        lanes: 16,
        random: randomCase,
        describe: describeCase,
        send: sendCase,
        simpler,
      });
      expect(found).toEqual([0, ""]);
    },
    600_000,
  );
});
