import { describe, expect, test } from "@jest/globals";
import { Timeline } from "./timeline.ts";

describe("a timeline", () => {
  test("keeps each second apart", () => {
    const timeline = new Timeline();
    timeline.record(10, 1);
    timeline.record(999, 3);
    timeline.record(2_000, 50);
    const seconds = timeline.seconds();
    expect(seconds.map(({ second, calls }) => [second, calls])).toEqual([
      [0, 2],
      [1, 0],
      [2, 1],
    ]);
    expect(seconds[1]?.p95).toBeNaN();
    expect(seconds[2]?.p95).toBeCloseTo(50, 0);
  });

  test("sums up a window, its end not included", () => {
    const timeline = new Timeline();
    for (let second = 0; second < 10; second++) timeline.record(second * 1_000, second + 1);
    const window = timeline.window(2, 4);
    expect(window.count).toBe(2);
    expect(window.percentile(100)).toBeCloseTo(4, 1);
  });
});
