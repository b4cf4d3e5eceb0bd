import type { LoadOrder, LoadResult, Subject } from "../load/load.ts";
import { fileBeside, Program } from "../process/program.ts";
import type { Round, Side } from "./rounds.ts";

/** How many connections, and requests at a time on each, a protocol is loaded with. */
const SHAPE = {
  http: { connections: 32, perConnection: 1 },
  grpc: { connections: 4, perConnection: 8 },
} as const;

/** Starts a generator of load, for one side after the other. */
export function startGenerator(): Promise<Program> {
  const args = [fileBeside(import.meta.url, "../load/generator.ts")];
  return Program.start({ name: "the generator", args, place: "generator" });
}

/**
 * Has the generator send what is ordered. @throws Error when an answer is another than expected, or none came at all
 */
export async function sendLoad(generator: Program, order: LoadOrder, name: string): Promise<LoadResult> {
  const result = await generator.ask<LoadResult>(order, "loaded");
  const { failures, firstFailure, answers } = result;
  if (failures > 0) throw new Error(`${name}: ${failures} of ${failures + answers} failed; the first: ${firstFailure}`);
  if (answers === 0) throw new Error(`${name}: no answer came`);
  return result;
}

/** A server under a closed loop of one request. */
export function loadedSide(name: string, server: Program, generator: Program, subject: Subject): Side {
  return {
    name,
    async run(seconds): Promise<Round> {
      const before = await server.usage();
      const order: LoadOrder = { kind: "load", subject, ...SHAPE[subject.protocol], seconds };
      const sent = await Promise.allSettled([sendLoad(generator, order, name)]);
      // A server that has ended tells why, which is better than that its connections broke.
      const after = await server.usage();
      if (sent[0].status === "rejected") throw sent[0].reason;
      const result = sent[0].value;
      return {
        perSecond: result.answers / result.seconds,
        cpuMicros: (after.cpuMicros - before.cpuMicros) / result.answers,
        p50Ms: result.p50Ms,
        p99Ms: result.p99Ms,
        generatorCores: result.cpuMicros / (result.seconds * 1e6),
      };
    },
  };
}
