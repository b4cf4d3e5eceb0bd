import { type ConnectListener, createConnectListener, type MethodPlan } from "@skyport/fastpath";
import type { Logger } from "pino";
import { Call } from "../call/call.ts";
import type { Limits } from "../limits.ts";
import { CallRun } from "../steps/call-run.ts";
import type { Step } from "../steps/step.ts";

/**
 * The steps' face towards the fast path: the same list as Connect's handlers meet (`createCallFace`), run directly, with
 * nothing of Connect's between a step and the next.
 */
export function createFastFace(
  plans: Iterable<MethodPlan>,
  steps: readonly Step[],
  limits: Pick<Limits, "maxTimeoutMs">,
  logger: Logger,
): ConnectListener {
  return createConnectListener({
    plans,
    timeoutCapMs: limits.maxTimeoutMs,
    onSendFailure: (err, path) => logger.warn({ err, path }, "the response could not be sent"),
    begin: (facts) => {
      const { method, protocol, timeoutMs } = facts;
      return new CallRun(
        steps,
        new Call({ method, protocol, timeoutMs, logger, header: (name) => facts.header(name) }),
      );
    },
  });
}
