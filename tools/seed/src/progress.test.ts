import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { count, startProgress, writeLines } from "./progress.ts";

describe("progress without a terminal", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test("is a line every few seconds, until it stops", () => {
    const lines: string[] = [];
    const write = (line: string | Uint8Array): boolean => lines.push(String(line)) > 0;
    const progress = writeLines("products", 10_000, { write }, 3_000);
    for (let n = 0; n < 1_500; n++) progress.tick();
    jest.advanceTimersByTime(2_999);
    expect(lines).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(lines).toEqual(["products: 1,500 of 10,000 (500/s)\n"]);
    for (let n = 0; n < 1_500; n++) progress.tick();
    jest.advanceTimersByTime(3_000);
    expect(lines[1]).toBe("products: 3,000 of 10,000 (500/s)\n");
    progress.stop();
    jest.advanceTimersByTime(30_000);
    expect(lines).toHaveLength(2);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe("progress on a terminal", () => {
  test("is a bar that leaves Ctrl-C, the cursor and line wrap alone", () => {
    // A stream that says it is a terminal is all that the bar asks for.
    const terminal = Object.assign(new PassThrough(), { isTTY: true }) as unknown as NodeJS.WriteStream;
    const listeners = process.listenerCount("SIGINT");
    const progress = startProgress("products", 10, terminal);
    for (let n = 0; n < 10; n++) progress.tick();
    expect(process.listenerCount("SIGINT")).toBe(listeners);
    progress.stop();
    const written = String(terminal.read());
    expect(written).toContain("products [");
    expect(written).not.toContain("[?7l");
    expect(written).not.toContain("[?25l");
  });
});

test.each([
  [0, "0"],
  [999.6, "1,000"],
  [1_234_567, "1,234,567"],
])("%d is written %s", (value, text) => {
  expect(count(value)).toBe(text);
});
