import type { FaultKind } from "./fault.ts";
import { linkFaults } from "./links.ts";
import { postgresKill, postgresRestartFast, postgresRestartImmediate, postgresTerminate } from "./postgres.ts";
import { instanceKill, instanceStop, instanceStutter, rollingRestart, workerKill } from "./processes.ts";
import { redisLaggingPromotion, redisRoleThereAndBack, redisSplit } from "./redis-role.ts";
import {
  redisClientKill,
  redisFlush,
  redisIntentsDeleted,
  redisKill,
  redisMaxmemory,
  redisPause,
  redisScriptFlush,
} from "./redis-server.ts";

/** Every kind of fault that the run can do. */
export const FAULTS: readonly FaultKind[] = [
  redisKill,
  redisFlush,
  redisScriptFlush,
  redisPause,
  redisClientKill,
  redisMaxmemory,
  redisIntentsDeleted,
  redisRoleThereAndBack,
  redisLaggingPromotion,
  redisSplit,
  ...linkFaults,
  postgresTerminate,
  postgresRestartFast,
  postgresRestartImmediate,
  postgresKill,
  instanceKill,
  instanceStop,
  instanceStutter,
  rollingRestart,
  workerKill,
];

/** @throws Error when there is no such kind */
export function faultNamed(name: string): FaultKind {
  const kind = FAULTS.find((each) => each.name === name);
  if (kind === undefined) throw new Error(`there is no fault ${name}`);
  return kind;
}
