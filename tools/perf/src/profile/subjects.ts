import { HOT_GET, LIST_FIRST, ORDER_BASIC, ORDER_FULL } from "../scenarios/reads.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { ORDER_SPREAD, UPDATE } from "../scenarios/writes.ts";

/** What can be profiled: a scenario, and the services in whose processes it is looked at. */
export interface Subject {
  readonly scenario: Scenario;
  readonly services: readonly ("product-svc" | "order-svc")[];
}

/** By the name on the command line. */
export const SUBJECTS: ReadonlyMap<string, Subject> = new Map([
  ["get-product", { scenario: HOT_GET, services: ["product-svc"] }],
  ["list-products", { scenario: LIST_FIRST, services: ["product-svc"] }],
  ["update-product", { scenario: UPDATE, services: ["product-svc"] }],
  ["get-order", { scenario: ORDER_BASIC, services: ["order-svc"] }],
  ["get-order-full", { scenario: ORDER_FULL, services: ["order-svc", "product-svc"] }],
  ["create-order", { scenario: ORDER_SPREAD, services: ["order-svc", "product-svc"] }],
]);
