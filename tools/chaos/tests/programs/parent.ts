import type { SubjectDescription } from "../../src/worker/subjects.ts";
import { Workers } from "../../src/worker/workers.ts";

// Starts two working processes under load, tells their ids, and lives until it is killed.
process.once("message", async (subject) => {
  // The test sends nothing else.
  const workers = await Workers.start({ count: 2, subject: subject as SubjectDescription, seed: 1 });
  const load = { hotKeys: ["hot"], readers: 2, writers: 1 };
  const running = workers.begin(load);
  const look = setInterval(() => {
    if (running.progress().acknowledged === 0) return;
    clearInterval(look);
    process.send?.(workers.pids);
  }, 10);
});
