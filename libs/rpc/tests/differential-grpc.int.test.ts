import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import { Comparison, describeDifference } from "./support/differential/compare.ts";
import { GRPC_CORPUS } from "./support/differential/corpus/grpc.ts";
import { compareGenerated } from "./support/differential/generated.ts";
import { describeGrpcCase, randomGrpcCase, sendGrpcCase, simplerGrpcCases } from "./support/differential/grpc-case.ts";
import { converseGrpc, type GrpcScript } from "./support/differential/grpc-conversation.ts";
import { startTwins, type Twins } from "./support/differential/twins.ts";
import { VARIANTS } from "./support/differential/variants.ts";

const SEED = seed();

/** Calls in all; a nightly run may take more. */
const CASES = Number(process.env["DIFFERENTIAL_GRPC"] ?? 800);

describe(`generated calls of gRPC get the same from the fast path as from Connect's own (SEED=${SEED})`, () => {
  test.each(VARIANTS.map((variant, index) => [variant.name, variant, index] as const))(
    "%s",
    async (_, variant, index) => {
      await using twins = await startTwins(variant.options);
      const found = await compareGenerated(new Comparison(twins, converseGrpc), SEED + index, {
        cases: Math.ceil(CASES * variant.share),
        lanes: 8,
        random: randomGrpcCase,
        describe: describeGrpcCase,
        send: sendGrpcCase,
        simpler: simplerGrpcCases,
      });
      expect(found).toEqual([0, ""]);
    },
    600_000,
  );
});

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
