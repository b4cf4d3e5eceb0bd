/**
 * Loaded before the program that is measured (`node --import`), a real service as well: tells its parent what it uses, and
 * ends it when the parent is gone. Plain JavaScript: a bundle's memory is measured too, and what strips types is no part of
 * it. The messages' types are in usage.ts.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;

const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
let isWatched = false;

function usage() {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  // The timer itself waits that long: what is above it is delay.
  const delay = (ns) => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
  const loopDelay = isWatched ? { p99Ms: delay(loop.percentile(99)), maxMs: delay(loop.max) } : undefined;
  return { kind: "usage", cpuMicros: user + system, rssBytes: rss, heapBytes: heapUsed, loopDelay };
}

process.on("message", (message) => {
  if (message?.kind !== "usage?") return;
  process.send?.(usage());
  if (!message.watchLoop) return;
  isWatched = true;
  loop.enable();
  loop.reset();
});
process.on("disconnect", () => process.exit());
// The program ends when it has nothing more to do, as it does without the probe.
process.channel?.unref();
