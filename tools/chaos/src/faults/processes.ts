import { between, type FaultKind, nothingToHeal } from "./fault.ts";

const READY_MS = 30_000;

/** An instance is killed in the middle of its writes, and started again. */
export const instanceKill: FaultKind = {
  name: "instance-kill",
  healing: "processes",
  create: ({ topology }, random) => {
    const { name, process } = random.pick(topology.instances);
    return {
      target: name,
      holdMs: between(random, 0, 1_000),
      inject: () => process.signal("SIGKILL"),
      heal: async () => {
        process.start();
        await process.ready(READY_MS);
      },
    };
  },
};

/** Longer than a transaction may take (3 s) and an intent lives (5 s): it wakes up in a world that has gone on. */
const STOPPED_MS = [5_200, 6_500] as const;

/** An instance stops in the middle of its writes, and goes on when their time is over. */
export const instanceStop: FaultKind = {
  name: "instance-stop",
  healing: "processes",
  create: ({ topology }, random) => {
    const { name, process } = random.pick(topology.instances);
    return {
      target: name,
      holdMs: between(random, ...STOPPED_MS),
      silent: [name],
      inject: () => process.signal("SIGSTOP"),
      heal: () => process.signal("SIGCONT"),
    };
  },
};

/** The same, for moments: between any two steps of a write. */
export const instanceStutter: FaultKind = {
  name: "instance-stutter",
  healing: "processes",
  create: ({ topology }, random) => {
    const { name, process } = random.pick(topology.instances);
    return {
      target: name,
      holdMs: between(random, 300, 3_500),
      silent: [name],
      inject: () => process.signal("SIGSTOP"),
      heal: () => process.signal("SIGCONT"),
    };
  },
};

/** One instance after the other is ended in order and replaced, as by a deployment. */
export const rollingRestart: FaultKind = {
  name: "rolling-restart",
  healing: "processes",
  alone: true,
  create: ({ topology }) => ({
    target: "instances",
    holdMs: 0,
    inject: async () => {
      for (const { process } of topology.instances) {
        await process.signal("SIGTERM");
        process.start();
        await process.ready(READY_MS);
      }
    },
    heal: nothingToHeal,
  }),
};

/** A caller dies with its calls under way: nobody hears what became of its writes. */
export const workerKill: FaultKind = {
  name: "worker-kill",
  healing: "processes",
  create: ({ workers }, random) => ({
    target: "workers",
    holdMs: 0,
    inject: async () => {
      const alive = workers.pids.flatMap((pid, index) => (pid === undefined ? [] : [index]));
      const worker = workers.worker(random.pick(alive));
      worker.kill();
      await worker.exited;
    },
    // A process that comes later takes part from the next round on.
    heal: nothingToHeal,
  }),
};
