import type { Limits } from "../limits.ts";
import { deadlineStep } from "./deadline-step.ts";
import { errorStep } from "./error-step.ts";
import { inFlightStep } from "./in-flight-step.ts";
import { logStep } from "./log-step.ts";
import type { Step } from "./step.ts";
import { uniformStep } from "./uniform-step.ts";

/** Services of every server that probes call: quiet in the log, and outside the in-flight limit. */
export const PROBE_SERVICES: ReadonlySet<string> = new Set(["grpc.health.v1.Health"]);

/** Steps of the application's own. */
export interface OwnSteps {
  /** Between the in-flight limit and validation: who may not call learns nothing about the fields. */
  readonly steps: readonly Step[];
  readonly validation: Step;
}

/** The steps of every call, outermost first. */
export function defaultSteps(limits: Limits, own: OwnSteps): Step[] {
  const steps = [
    logStep(PROBE_SERVICES),
    errorStep(limits),
    deadlineStep(limits),
    inFlightStep(limits.maxInFlight, PROBE_SERVICES),
    ...own.steps,
    own.validation,
  ];
  return steps.map(uniformStep);
}
