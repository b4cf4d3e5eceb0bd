import { SingleBar } from "cli-progress";
import type { Progress } from "./targets/target.ts";

/** Shows how far the whole run is. */
export interface ProgressBar extends Progress {
  stop(): void;
}

/** How often a line is written where there is no terminal, in milliseconds. */
const LINE_INTERVAL_MS = 10_000;
const TOTAL = 1_000;

/** A terminal gets a bar, anything else a line now and then. */
export function startProgress(output: NodeJS.WriteStream): ProgressBar {
  return output.isTTY === true ? showBar(output) : writeLines(output);
}

/** The progress of a part of the whole, from `from` to `to`, under a name. */
export function partOf(whole: Progress, from: number, to: number, name: string): Progress {
  return { show: (share, text) => whole.show(from + (to - from) * share, `${name}: ${text}`) };
}

function showBar(stream: NodeJS.WriteStream): ProgressBar {
  const bar = new SingleBar({
    stream,
    format: "[{bar}] {percentage}% | {text}",
    barsize: 20,
    fps: 10,
    clearOnComplete: true,
    // Ctrl-C is the command's to handle.
    gracefulExit: false,
    hideCursor: false,
    linewrap: false,
  });
  bar.start(TOTAL, 0, { text: "starting" });
  return { show: (share, text) => bar.update(Math.round(share * TOTAL), { text }), stop: () => bar.stop() };
}

function writeLines(output: NodeJS.WriteStream): ProgressBar {
  let last = Number.NEGATIVE_INFINITY;
  return {
    show(share, text) {
      const now = performance.now();
      if (now - last < LINE_INTERVAL_MS) return;
      last = now;
      output.write(`${Math.round(share * 100)}% | ${text}\n`);
    },
    stop: () => undefined,
  };
}
