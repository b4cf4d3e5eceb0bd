/**
 * Loaded before the program that is measured (`node --import`), a real service as well: tells its parent what it uses, and
 * ends it when the parent is gone. Plain JavaScript: a bundle's memory is measured too, and what strips types is no part of
 * it. What is left of the probe is 0.6 MB, for the channel to the parent. The messages' types are in usage.ts.
 */
const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;

let loop;

function usage() {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  // The timer itself waits that long: what is above it is delay.
  const delay = (ns) => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
  const loopDelay = loop && { p99Ms: delay(loop.percentile(99)), maxMs: delay(loop.max) };
  return { kind: "usage", cpuMicros: user + system, rssBytes: rss, heapBytes: heapUsed, loopDelay };
}

/** Loaded only where it is asked for: the idle program's memory is measured, too. */
async function watchLoop() {
  const { monitorEventLoopDelay } = await import("node:perf_hooks");
  loop ??= monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  loop.enable();
  loop.reset();
}

process.on("message", (message) => {
  if (message?.kind !== "usage?") return;
  process.send?.(usage());
  if (message.watchLoop) void watchLoop();
});
process.on("disconnect", () => process.exit());
// The program ends when it has nothing more to do, as it does without the probe.
process.channel?.unref();
