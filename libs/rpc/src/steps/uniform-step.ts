import type { Step } from "./step.ts";

/**
 * A step with all of its hooks: those that it lacks do nothing. Every call meets every step three times, and objects of
 * one shape are what V8 looks properties up in without searching.
 */
export function uniformStep(step: Step): Required<Step> {
  return {
    name: step.name,
    enter: step.enter?.bind(step) ?? (() => undefined),
    receive: step.receive?.bind(step) ?? (() => undefined),
    fail: step.fail?.bind(step) ?? ((_, error) => error),
    leave: step.leave?.bind(step) ?? (() => undefined),
  };
}
