import { SingleBar } from "cli-progress";

/** How often a line is written where there is no terminal, in milliseconds. */
const LINE_INTERVAL_MS = 3_000;

/** Shows how far one part of the work is. */
export interface Progress {
  tick(): void;
  stop(): void;
}

/** Begins to show progress from 0 to `total`: a terminal gets a bar, anything else a line every few seconds. */
export function startProgress(label: string, total: number, output: NodeJS.WriteStream): Progress {
  return output.isTTY === true ? showBar(label, total, output) : writeLines(label, total, output);
}

function showBar(label: string, total: number, stream: NodeJS.WriteStream): Progress {
  const bar = new SingleBar({
    stream,
    format: "{label} [{bar}] {percentage}% | {value} of {total} | {eta_formatted} left",
    barsize: 30,
    fps: 10,
    clearOnComplete: true,
    // Ctrl-C ends the run at once: the bar must not catch it, nor leave the terminal without a cursor or line wrap.
    gracefulExit: false,
    hideCursor: false,
    linewrap: true,
  });
  bar.start(total, 0, { label: label.padEnd(8) });
  return { tick: () => bar.increment(), stop: () => bar.stop() };
}

/** A line every few seconds: "products: 3,200 of 10,000 (1,066/s)". */
export function writeLines(
  label: string,
  total: number,
  output: Pick<NodeJS.WriteStream, "write">,
  intervalMs: number = LINE_INTERVAL_MS,
): Progress {
  const start = performance.now();
  let done = 0;
  const timer = setInterval(() => {
    const rate = done / ((performance.now() - start) / 1_000);
    output.write(`${label}: ${count(done)} of ${count(total)} (${count(rate)}/s)\n`);
  }, intervalMs);
  return {
    tick: () => {
      done++;
    },
    stop: () => clearInterval(timer),
  };
}

/** A whole number with thousands set apart: 12,345. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
