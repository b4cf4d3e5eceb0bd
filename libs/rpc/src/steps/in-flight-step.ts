import { DomainError } from "@skyport/errors";
import type { Step } from "./step.ts";

/**
 * Refuses calls beyond `max` at a time with RATE_LIMITED, so that a flood costs little and what runs keeps its pace.
 * A call counts until its handler has finished, which may be after its answer. Services in `exempt` never count: the
 * health check of a busy server must still answer.
 */
export function inFlightStep(max: number, exempt: ReadonlySet<string>): Step {
  let running = 0;
  return {
    name: "in-flight",
    enter(call) {
      if (exempt.has(call.method.parent.typeName)) return;
      if (running >= max) {
        throw new DomainError("RATE_LIMITED", "the service is at its limit of concurrent calls", {
          quota: { subject: "concurrent calls", description: `at most ${max} at a time` },
        });
      }
      running++;
    },
    leave(call) {
      if (exempt.has(call.method.parent.typeName)) return;
      call.afterWork(() => {
        running--;
      });
    },
  };
}
