import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, jest, test } from "@jest/globals";
import { GRACE_MS, withPatience } from "./with-patience.ts";

/** Milliseconds until the client's own patience is over. */
const PATIENCE_MS = 20;

test("no answer in time is told once, and the call is given up", async () => {
  const onLate = jest.fn();
  const call = withPatience(PATIENCE_MS - GRACE_MS, onLate, async ({ signal }) => {
    if (signal === undefined) throw new Error("there is no signal");
    await once(signal, "abort");
    throw signal.reason;
  });
  await expect(call).rejects.toThrow("aborted");
  expect(onLate).toHaveBeenCalledTimes(1);
});

test("an answer that came while this process could not read it is not late", async () => {
  const [ASKED, ANSWERED] = [0, 1];
  const states = new Int32Array(new SharedArrayBuffer(8));
  const server = `
    const { parentPort, workerData: states } = require("node:worker_threads");
    Atomics.wait(states, ${ASKED}, 0);
    parentPort.postMessage("answer");
    Atomics.store(states, ${ANSWERED}, 1);
    Atomics.notify(states, ${ANSWERED});`;
  const worker = new Worker(server, { eval: true, workerData: states });
  await once(worker, "online");
  // Timers come next after this phase, and what can be read comes after them.
  await new Promise(setImmediate);
  const onLate = jest.fn();
  const call = withPatience(PATIENCE_MS - GRACE_MS, onLate, () => once(worker, "message"));
  const end = performance.now() + 2 * PATIENCE_MS;
  Atomics.store(states, ASKED, 1);
  Atomics.notify(states, ASKED);
  Atomics.wait(states, ANSWERED, 0);
  while (performance.now() < end);
  expect(await call).toEqual(["answer"]);
  expect(onLate).not.toHaveBeenCalled();
  await worker.terminate();
});
