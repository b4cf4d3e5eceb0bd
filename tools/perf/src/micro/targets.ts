import type { Target } from "../targets/target.ts";
import { CREATE_ORDERS } from "./create-orders.ts";
import { HOT_GRPC, HOT_READS } from "./hot-reads.ts";
import { IDLE_MEMORY, loadedMemory } from "./memory.ts";
import { REDIS_READS } from "./redis-reads.ts";
import { STAMPEDE } from "./stampede.ts";
import { SERVICE_START, SYSTEM_START } from "./starts.ts";

/** How long memory is watched under load, in seconds. */
export const MEMORY_SECONDS = { quick: 15, full: 600 } as const;

/** What is promised of single calls, of memory and of starts. */
export function microTargets(memorySeconds: number): readonly Target[] {
  return [
    ...HOT_READS,
    HOT_GRPC,
    REDIS_READS,
    STAMPEDE,
    CREATE_ORDERS,
    IDLE_MEMORY,
    loadedMemory(memorySeconds),
    SYSTEM_START,
    SERVICE_START,
  ];
}
