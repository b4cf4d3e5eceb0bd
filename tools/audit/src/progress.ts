import { SingleBar } from "cli-progress";

/** How often a line is written where there is no terminal, in milliseconds. */
const LINE_INTERVAL_MS = 3_000;

/** Shows how far one part of the audit is. */
export interface Progress {
  /** @param fraction of the whole, 0 to 1, where that can be told */
  report(checked: number, fraction?: number): void;
  stop(): void;
}

/** Begins to show progress: a terminal gets a bar, or a count where the end is not known; anything else a line now and then. */
export function startProgress(label: string, hasEnd: boolean, output: NodeJS.WriteStream): Progress {
  return output.isTTY === true ? showBar(label, hasEnd, output) : writeLines(label, output);
}

function showBar(label: string, hasEnd: boolean, stream: NodeJS.WriteStream): Progress {
  const bar = new SingleBar({
    stream,
    format: hasEnd ? "{label} [{bar}] {percentage}% | {checked} checked" : "{label} {checked} checked",
    barsize: 30,
    fps: 10,
    clearOnComplete: true,
    // Ctrl-C ends the run at once: the bar must not catch it, nor leave the terminal without a cursor or line wrap.
    gracefulExit: false,
    hideCursor: false,
    linewrap: true,
  });
  bar.start(1, 0, { label: label.padEnd(8), checked: "0" });
  return {
    report: (checked, fraction = 0) => bar.update(Math.min(fraction, 1), { checked: count(checked) }),
    stop: () => bar.stop(),
  };
}

/** A line every few seconds: "orders: 32,000 checked (80%)". */
export function writeLines(
  label: string,
  output: Pick<NodeJS.WriteStream, "write">,
  intervalMs: number = LINE_INTERVAL_MS,
): Progress {
  let line = "";
  const timer = setInterval(() => {
    if (line !== "") output.write(line);
  }, intervalMs);
  return {
    report(checked, fraction) {
      const part = fraction === undefined ? "" : ` (${Math.floor(Math.min(fraction, 1) * 100)}%)`;
      line = `${label}: ${count(checked)} checked${part}\n`;
    },
    stop: () => clearInterval(timer),
  };
}

/** A whole number with thousands set apart: 12,345. */
export function count(value: number | bigint): string {
  return value.toLocaleString("en-US");
}
