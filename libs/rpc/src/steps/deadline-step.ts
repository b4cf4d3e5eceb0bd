import { Deadline } from "@skyport/deadline";
import type { Limits } from "../limits.ts";
import type { Step } from "./step.ts";

/**
 * Decides by when the answer is due: the caller's timeout, at most the server's longest; the server's default when the
 * caller names none. A stream whose caller names none has no end. Whoever runs the call keeps the deadline.
 */
export function deadlineStep(limits: Pick<Limits, "defaultTimeoutMs" | "maxTimeoutMs">): Step {
  const { defaultTimeoutMs, maxTimeoutMs } = limits;
  return {
    name: "deadline",
    enter(call) {
      if (call.timeoutMs !== undefined) call.deadline = Deadline.after(Math.min(call.timeoutMs, maxTimeoutMs));
      else if (call.method.methodKind === "unary") call.deadline = Deadline.after(defaultTimeoutMs);
    },
  };
}
