/** A generator of load as a program: works on one order after the other, and tells what it has seen. */
import { setTimeout as sleep } from "node:timers/promises";
import { build, type Histogram } from "hdr-histogram-js";
import { isKind } from "../process/usage.ts";
import { GrpcSession } from "./grpc-session.ts";
import { HttpConnection } from "./http-connection.ts";
import { type Connection, type LoadOrder, type LoadResult, type Sink, Turns } from "./load.ts";

const MICROS = 1_000;
const LONGEST_MICROS = 60_000_000;
const SECOND_MS = 1_000;

/** Counts what the connections tell. */
class Tally implements Sink {
  readonly #latencies: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_MICROS,
    numberOfSignificantValueDigits: 2,
  });
  answers = 0;
  failures = 0;
  firstFailure: string | undefined;

  answered(sentAt: number): void {
    this.answers += 1;
    this.#latencies.recordValue(Math.min(LONGEST_MICROS, Math.max(1, (performance.now() - sentAt) * MICROS)));
  }

  failed(why: string): void {
    this.failures += 1;
    this.firstFailure ??= why;
  }

  percentileMs(percentile: number): number {
    return this.#latencies.getValueAtPercentile(percentile) / MICROS;
  }
}

function open({ subject, perConnection }: LoadOrder, turns: Turns, sink: Sink): Promise<Connection> {
  return subject.protocol === "http"
    ? HttpConnection.open(subject, turns, sink)
    : GrpcSession.open(subject, turns, sink, perConnection);
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const tally = new Tally();
  const turns = new Turns(order.subject);
  const connections = await Promise.all(Array.from({ length: order.connections }, () => open(order, turns, tally)));
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (const connection of connections) connection.start();
  // No time at all: each of the first requests, and no more.
  if (order.seconds > 0) await sleep(order.seconds * SECOND_MS);
  await Promise.all(connections.map((connection) => connection.stop()));
  const seconds = (performance.now() - start) / SECOND_MS;
  const { user, system } = process.cpuUsage(cpu);
  for (const connection of connections) connection.close();
  const { answers, failures, firstFailure } = tally;
  return {
    kind: "loaded",
    answers,
    failures,
    firstFailure,
    seconds,
    cpuMicros: user + system,
    p50Ms: tally.percentileMs(50),
    p99Ms: tally.percentileMs(99),
  };
}

process.on("message", async (message) => {
  if (isKind<LoadOrder>(message, "load")) process.send?.(await load(message));
});
process.channel?.ref();
