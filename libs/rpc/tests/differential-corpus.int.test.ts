import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Comparison, describeDifference } from "./support/differential/compare.ts";
import type { Script } from "./support/differential/conversation.ts";
import { CORPUS } from "./support/differential/corpus/corpus.ts";
import { startTwins, type Twins } from "./support/differential/twins.ts";

let twins: Twins;
let comparison: Comparison<Script>;
beforeAll(async () => {
  twins = await startTwins({ limits: { readMaxBytes: 10_000 }, marked: true });
  comparison = Comparison.ofBytes(twins);
});
afterAll(async () => {
  await twins[Symbol.asyncDispose]();
});

describe("odd requests get the same from the fast path as from Connect's own", () => {
  test.each(CORPUS.map((entry) => [entry.name, entry] as const))("%s", async (name, { sending, repeats }) => {
    const difference = await comparison.run(name, sending, repeats);
    expect(difference === undefined ? "" : describeDifference(difference)).toBe("");
  });

  test("and nothing that came later was another", async () => {
    const differences = await comparison.recheck();
    expect(differences.map(describeDifference).join("\n\n")).toBe("");
  });
});
