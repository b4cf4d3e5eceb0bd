/**
 * Loaded before the program that is measured (`node --import`), a real service as well: tells its parent what it uses, and
 * ends it when the parent is gone.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isQuestion, type Usage } from "./usage.ts";

const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;

let loop: ReturnType<typeof monitorEventLoopDelay> | undefined;

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  // The timer itself waits that long: what is above it is delay.
  const delay = (ns: number): number => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
  const loopDelay = loop && { p99Ms: delay(loop.percentile(99)), maxMs: delay(loop.max) };
  return { kind: "usage", cpuMicros: user + system, rssBytes: rss, heapBytes: heapUsed, loopDelay };
}

process.on("message", (message) => {
  if (!isQuestion(message)) return;
  if (message.watchLoop) {
    loop ??= monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    loop.enable();
    loop.reset();
  }
  process.send?.(usage());
});
process.on("disconnect", () => process.exit());
// The program ends when it has nothing more to do, as it does without the probe.
process.channel?.unref();
