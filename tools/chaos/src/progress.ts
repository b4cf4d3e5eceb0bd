import { SingleBar } from "cli-progress";

/** Shows how far a run is. */
export interface Progress {
  /** @param share of the whole, from 0 to 1 */
  show(share: number, text: string): void;
  stop(): void;
}

/** How often a line is written where there is no terminal, in milliseconds. */
const LINE_INTERVAL_MS = 10_000;
const TOTAL = 1_000;

/** A terminal gets a bar, anything else a line now and then. */
export function startProgress(output: NodeJS.WriteStream): Progress {
  return output.isTTY === true ? showBar(output) : writeLines(output);
}

function showBar(stream: NodeJS.WriteStream): Progress {
  const bar = new SingleBar({
    stream,
    format: "[{bar}] {percentage}% | {text}",
    barsize: 20,
    fps: 10,
    clearOnComplete: true,
    // Ctrl-C is the command's to handle.
    gracefulExit: false,
    hideCursor: false,
    linewrap: true,
  });
  bar.start(TOTAL, 0, { text: "starting" });
  return { show: (share, text) => bar.update(Math.round(share * TOTAL), { text }), stop: () => bar.stop() };
}

function writeLines(output: NodeJS.WriteStream): Progress {
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
