import { measureFlow } from "../flow/measure-flow.ts";
import { rowsName } from "../report/numbers.ts";
import { measureFixes } from "./fixes.ts";
import { fixesPart } from "./fixes-part.ts";
import { measureClients, measureProcesses } from "./growth.ts";
import { growthPart } from "./growth-part.ts";
import { overTimePart } from "./over-time.ts";
import type { PartRunner } from "./part.ts";
import { measurePeers } from "./peers-part.ts";
import { scenarioPart } from "./scenario-part.ts";
import { measureScenarios } from "./scenario-table.ts";
import { measureSizes } from "./sizes.ts";
import { sizesPart } from "./sizes-part.ts";
import { measureStatements } from "./statements-part.ts";

/** How long one round of one thing is, in seconds, and how long it is loaded before its first one. */
const ROUND = { seconds: 1, warmUpSeconds: 1 };

/** How many products the mended variants of the naive design are compared at. */
const FIX_SIZES = [1_000, 10_000];

/** The size that is neither the smallest nor the largest, where there is one. */
function middleOf(sizes: readonly number[]): number {
  return sizes[Math.min(1, sizes.length - 1)] ?? FIX_SIZES[0] ?? 1_000;
}

/** Twenty minutes of the exercise's test, in seconds. */
const FLOW_STANDS_FOR = 1_200;

const OVER_TIME: PartRunner = {
  id: "over-time",
  minutes: 5,
  async run(stage, { flowSeconds, clients }, found, progress) {
    const plan = {
      seconds: flowSeconds,
      clients,
      warmUpSeconds: 5,
      standsFor: FLOW_STANDS_FOR,
      grows: "steadily",
    } as const;
    found.flow = await measureFlow(stage, plan, progress);
    return overTimePart(found.flow);
  },
};

const SIZES: PartRunner = {
  id: "sizes",
  minutes: 4,
  async run(stage, { sizes, rounds }, found, progress) {
    found.sizes = await measureSizes(stage, sizes, { rounds, ...ROUND }, progress);
    return sizesPart(found.sizes);
  },
};

const FIXES: PartRunner = {
  id: "fixes",
  minutes: 2,
  async run(stage, { clients, rounds }, _, progress) {
    return fixesPart(await measureFixes(stage, FIX_SIZES, clients, { rounds, ...ROUND }, progress));
  },
};

const STATEMENTS: PartRunner = {
  id: "statements",
  minutes: 0.5,
  run: (stage, { sizes }, _, progress) => measureStatements(stage, middleOf(sizes), progress),
};

const SCENARIOS: PartRunner = {
  id: "scenarios",
  minutes: 5,
  async run(stage, { sizes, rounds }, _, progress) {
    const rows = middleOf(sizes);
    return scenarioPart(await measureScenarios(stage, rows, { rounds, ...ROUND }, progress), rows);
  },
};

const CLIENTS: PartRunner = {
  id: "clients",
  minutes: 1.5,
  async run(stage, { sizes, rounds }, _, progress) {
    const rows = middleOf(sizes);
    const results = await measureClients(stage, rows, { rounds, ...ROUND }, progress);
    const text = [`Connect JSON, a closed loop, ${rowsName(rows)} products and as many orders.`];
    return growthPart("clients", "Throughput by the number of callers", "callers", text, results);
  },
};

const PROCESSES: PartRunner = {
  id: "processes",
  minutes: 2,
  async run(stage, { sizes, rounds }, _, progress) {
    const [rows = 1_000] = sizes;
    const results = await measureProcesses(stage, rows, { rounds, ...ROUND }, progress);
    const text = [
      "Connect JSON, a closed loop of 64 callers. Each service runs in so many processes, which share its port (WORKERS) and " +
        "a cache in Redis. Everything shares all cores of the machine, PostgreSQL, Redis and the load among it: more " +
        "processes than cores can bring nothing.",
    ];
    return growthPart("processes", "Throughput by the number of processes", "processes", text, results);
  },
};

const PEERS: PartRunner = {
  id: "peers",
  minutes: 3,
  run: (_, { rounds }, __, progress) => measurePeers({ rounds, ...ROUND }, progress),
};

/** Every part but the targets, in the order of the report. */
export const PART_RUNNERS: readonly PartRunner[] = [
  OVER_TIME,
  FIXES,
  STATEMENTS,
  SIZES,
  SCENARIOS,
  CLIENTS,
  PROCESSES,
  PEERS,
];
