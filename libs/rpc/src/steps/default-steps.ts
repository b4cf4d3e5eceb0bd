import type { Limits } from "../limits.ts";
import { deadlineStep } from "./deadline-step.ts";
import { errorStep } from "./error-step.ts";
import { inFlightStep } from "./in-flight-step.ts";
import { logStep } from "./log-step.ts";
import type { Step } from "./step.ts";
import { type ValidationOptions, validationStep } from "./validation-step.ts";

/** Services of every server that probes call: quiet in the log, and outside the in-flight limit. */
export const PROBE_SERVICES: ReadonlySet<string> = new Set(["grpc.health.v1.Health"]);

/**
 * The steps of every call, outermost first. Steps of the application's own (authentication) come before validation:
 * who may not call learns nothing about the fields.
 */
export function defaultSteps(limits: Limits, own: readonly Step[] = [], validation: ValidationOptions = {}): Step[] {
  return [
    logStep(PROBE_SERVICES),
    errorStep(limits),
    deadlineStep(limits),
    inFlightStep(limits.maxInFlight, PROBE_SERVICES),
    ...own,
    validationStep(validation),
  ];
}
