import { expect, test } from "@jest/globals";
import { formatDuration, parseDuration } from "./duration.ts";

test.each([
  ["90s", 90_000],
  ["10m", 600_000],
  ["2h", 7_200_000],
  ["7d", 604_800_000],
  ["0s", 0],
  ["10", undefined],
  ["m", undefined],
  ["1.5h", undefined],
  ["-1h", undefined],
  ["1w", undefined],
  ["10m ", undefined],
  ["", undefined],
])("%j is %p ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  [-5_000, "0 s"],
  [1_400, "1 s"],
  [119_000, "119 s"],
  [120_000, "2 min"],
  [7_200_000, "2 h"],
  [172_800_000, "2 days"],
])("%d ms are told as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
