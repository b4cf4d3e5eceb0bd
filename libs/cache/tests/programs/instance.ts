/** One instance of a service in a process of its own: its work can wait at points, and it can end or stop itself there. */
import { Instance, type Point } from "../support/instance.ts";
import type { Answer, Order, Reached, Request } from "../support/messages.ts";
import { Recorder } from "../support/recorder.ts";

let recorder: Recorder | undefined;
/** Where work on a row will wait. */
const holds = new Map<string, Point[]>();
/** Lets the work that waits go on, by its row. */
const gates = new Map<string, () => void>();

function send(message: Answer | Reached): void {
  process.send?.(message);
}

async function pass(point: Point, key: string): Promise<void> {
  const points = holds.get(key) ?? [];
  if (points[0] !== point) return;
  points.shift();
  const gate = new Promise<void>((resolve) => gates.set(key, resolve));
  send({ point, key });
  await gate;
}

async function open({ options, label }: Extract<Order, { do: "open" }>): Promise<void> {
  const instance = await Instance.open(options);
  instance.at = pass;
  recorder = new Recorder(label, instance);
}

async function carryOut(order: Order): Promise<Omit<Answer, "id">> {
  switch (order.do) {
    case "open":
      await open(order);
      return {};
    case "hold":
      holds.set(order.key, [...order.at]);
      return {};
    case "goOn":
      gates.get(order.key)?.();
      return {};
    case "die":
      process.kill(process.pid, "SIGKILL");
      return {};
    case "stop":
      process.kill(process.pid, "SIGSTOP");
      for (const goOn of gates.values()) goOn();
      return {};
    default:
      return use(order);
  }
}

async function use(order: Extract<Order, { key: string } | { keys: unknown }>): Promise<Omit<Answer, "id">> {
  if (recorder === undefined) throw new Error("the instance is not open");
  switch (order.do) {
    case "read":
      return { seen: await recorder.read(order.key) };
    case "put":
      return { written: await recorder.put(order.keys, order.mark, order.options) };
    case "watch":
      recorder.watch(order.key);
      return {};
    case "unwatch":
      await recorder.unwatch(order.key);
      return { operations: recorder.of(order.key), faults: recorder.faults };
    default:
      throw new Error(`nothing to do: ${order.do}`);
  }
}

// This process is forked by `InstanceProcess`, which sends nothing else.
process.on("message", ({ id, order }: Request) => {
  carryOut(order).then(
    (answer) => send({ id, ...answer }),
    (error: unknown) => send({ id, error: String(error) }),
  );
});
process.on("disconnect", () => process.exit());
