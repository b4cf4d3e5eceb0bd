import type { Target } from "../targets/target.ts";
import { CREATE_ORDERS } from "./create-orders.ts";
import { hotReads } from "./hot-reads.ts";
import { memoryTargets } from "./memory.ts";
import { REDIS_READS } from "./redis-reads.ts";
import { STAMPEDE } from "./stampede.ts";
import { SERVICE_START, SYSTEM_START } from "./starts.ts";

/** How long memory is watched under load, in seconds. */
export const MEMORY_SECONDS = { quick: 15, full: 600 } as const;

/** What is promised of single calls, of memory and of starts. */
export function microTargets(memorySeconds: number): readonly Target[] {
  return [
    ...hotReads(),
    REDIS_READS,
    STAMPEDE,
    CREATE_ORDERS,
    ...memoryTargets(memorySeconds),
    SYSTEM_START,
    SERVICE_START,
  ];
}
