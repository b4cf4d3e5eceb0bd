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
    const progress = writeLines("orders", { write }, 3_000);
    jest.advanceTimersByTime(3_000);
    expect(lines).toEqual([]);
    progress.report(1_500, 0.509);
    jest.advanceTimersByTime(3_000);
    expect(lines).toEqual(["orders: 1,500 checked (50%)\n"]);
    progress.report(2_000);
    jest.advanceTimersByTime(3_000);
    expect(lines[1]).toBe("orders: 2,000 checked\n");
    progress.stop();
    jest.advanceTimersByTime(30_000);
    expect(lines).toHaveLength(2);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe("progress on a terminal", () => {
  test.each([
    [true, "orders   [======"],
    [false, "orders   10 checked"],
  ])("with a known end %s: leaves Ctrl-C, the cursor and line wrap alone", (hasEnd, shown) => {
    // A stream that says it is a terminal is all that the bar asks for.
    const terminal = Object.assign(new PassThrough(), { isTTY: true }) as unknown as NodeJS.WriteStream;
    const listeners = process.listenerCount("SIGINT");
    const progress = startProgress("orders", hasEnd, terminal);
    progress.report(10, 0.5);
    expect(process.listenerCount("SIGINT")).toBe(listeners);
    progress.stop();
    const written = String(terminal.read());
    expect(written).toContain(shown);
    expect(written).not.toContain("[?7l");
    expect(written).not.toContain("[?25l");
  });
});

test.each([
  [0, "0"],
  [1_234_567n, "1,234,567"],
])("%p is written %s", (value, text) => {
  expect(count(value)).toBe(text);
});
