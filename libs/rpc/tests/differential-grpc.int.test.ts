import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import { Comparison, type Difference, describeDifference } from "./support/differential/compare.ts";
import { GRPC_CORPUS } from "./support/differential/corpus/grpc.ts";
import {
  describeGrpcCase,
  type GrpcCase,
  randomGrpcCase,
  sendGrpcCase,
  simplerGrpcCases,
} from "./support/differential/grpc-case.ts";
import { converseGrpc, type GrpcScript } from "./support/differential/grpc-conversation.ts";
import { createRandom } from "./support/differential/random.ts";
import { startTwins, type Twins } from "./support/differential/twins.ts";
import { VARIANTS } from "./support/differential/variants.ts";

const SEED = seed();

/** Calls in all; a nightly run may take more. */
const CASES = Number(process.env["DIFFERENTIAL_GRPC"] ?? 800);
const LANES = 8;
const TOLD = 12;

describe(`generated calls of gRPC get the same from the fast path as from Connect's own (SEED=${SEED})`, () => {
  test.each(VARIANTS.map((variant, index) => [variant.name, variant, index] as const))(
    "%s",
    async (_, variant, index) => {
      await using twins = await startTwins(variant.options);
      const comparison = new Comparison(twins, converseGrpc);
      const random = createRandom(SEED + index);
      const found: { request: GrpcCase; difference: Difference }[] = [];
      let left = Math.ceil(CASES * variant.share);
      const lane = async (): Promise<void> => {
        while (left-- > 0) {
          const request = randomGrpcCase(random);
          const difference = await comparison.run(describeGrpcCase(request), sendGrpcCase(request));
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

/** The least odd call that still makes a difference. */
async function simplest(
  comparison: Comparison<GrpcScript>,
  request: GrpcCase,
  difference: Difference,
): Promise<Difference> {
  for (const candidate of simplerGrpcCases(request)) {
    const other = await comparison.run(describeGrpcCase(candidate), sendGrpcCase(candidate));
    if (other !== undefined) return simplest(comparison, candidate, other);
  }
  return difference;
}

describe("odd calls of gRPC get the same from the fast path as from Connect's own", () => {
  let twins: Twins;
  let comparison: Comparison<GrpcScript>;
  beforeAll(async () => {
    twins = await startTwins({ limits: { readMaxBytes: 10_000 }, marked: true });
    comparison = new Comparison(twins, converseGrpc);
  });
  afterAll(async () => {
    await twins[Symbol.asyncDispose]();
  });

  test.each(GRPC_CORPUS.map((entry) => [entry.name, entry] as const))("%s", async (name, { sending, repeats }) => {
    const difference = await comparison.run(name, sending, repeats);
    expect(difference === undefined ? "" : describeDifference(difference)).toBe("");
  });

  test("and nothing that came later was another", async () => {
    const differences = await comparison.recheck();
    expect(differences.map(describeDifference).join("\n\n")).toBe("");
  });
});
