import type { LoadPlan } from "../worker/plan.ts";

/** The load that every design gets: few hot keys with many readers and writers on each, and some cold keys. */
export const COMPARED_LOAD: LoadPlan = {
  hotKeys: ["hot-1", "hot-2", "hot-3", "hot-4"],
  coldKeys: Array.from({ length: 40 }, (_, index) => `cold-${index + 1}`),
  readers: 6,
  writers: 2,
  writePauseMs: 60,
};
