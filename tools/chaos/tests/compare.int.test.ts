import { describe, expect, test } from "@jest/globals";
import { redisAvailable } from "@skyport/testing";
import { compare } from "../src/compare/compare.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

suite("the comparison", () => {
  test("measures a design and reports it", async () => {
    const printed: string[] = [];
    const args = ["--seconds", "1", "--processes", "2", "--kills", "0", "--designs", "set-after-commit", "--json"];
    expect(await compare(args, { print: (text) => printed.push(text) })).toBe(0);
    const report = JSON.parse(printed.join("\n"));
    expect(report).toMatchObject({ seed: expect.any(Number), processes: 2, seconds: 1, kills: 0 });
    const [measured] = report.designs;
    expect(measured).toMatchObject({ design: "set-after-commit", failed: 0, other: 0, readsPerSecond: measured.reads });
    expect(Math.min(measured.reads, measured.writes)).toBeGreaterThan(0);
  }, 60_000);
});
