import type { TestRedis } from "@skyport/testing";
import { coldGet } from "./cold.ts";
import { BATCH_GET, HOT_GET, LIST_DEEP, LIST_FIRST, LIST_ORDERS, ORDER_BASIC, ORDER_FULL } from "./reads.ts";
import type { Scenario } from "./scenario.ts";
import { MIX, ORDER_HOT, ORDER_SPREAD, UPDATE } from "./writes.ts";

/** The reads; the cold one is among them where there is a Redis that can be made to forget. */
export function readScenarios(redis: TestRedis | undefined): Scenario[] {
  const cold = redis === undefined ? [] : [coldGet(redis)];
  return [HOT_GET, ...cold, BATCH_GET, LIST_FIRST, LIST_DEEP, ORDER_BASIC, ORDER_FULL, LIST_ORDERS];
}

/** Every scenario, in the order of the report. */
export function allScenarios(redis: TestRedis | undefined): Scenario[] {
  return [...readScenarios(redis), UPDATE, ORDER_SPREAD, ORDER_HOT, MIX];
}
