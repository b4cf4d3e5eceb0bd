import {
  type BeginCall,
  type ConnectListener,
  createConnectListener,
  createGrpcListener,
  type StreamListener,
} from "@skyport/fastpath";
import type { Logger } from "pino";
import { Call } from "../call/call.ts";
import type { Limits } from "../limits.ts";
import { LINGER_MS } from "../port/linger.ts";
import { CallRun } from "../steps/call-run.ts";
import type { Step } from "../steps/step.ts";
import type { FastPlans } from "./router.ts";

/** The listeners of the fast path, by protocol. */
export interface FastFace {
  readonly connect: ConnectListener;
  readonly grpc: StreamListener;
}

/**
 * The steps' face towards the fast path: the same list as Connect's handlers meet (`createCallFace`), run directly, with
 * nothing of Connect's between a step and the next.
 */
export function createFastFace(
  plans: FastPlans,
  steps: readonly Step[],
  limits: Pick<Limits, "maxTimeoutMs">,
  logger: Logger,
): FastFace {
  const begin: BeginCall = (facts) => {
    const { method, protocol, timeoutMs } = facts;
    return new CallRun(steps, new Call({ method, protocol, timeoutMs, logger, header: (name) => facts.header(name) }));
  };
  const shared = {
    begin,
    timeoutCapMs: limits.maxTimeoutMs,
    onSendFailure: (err: unknown, path: string) => logger.warn({ err, path }, "the response could not be sent"),
  };
  return {
    connect: createConnectListener({ ...shared, plans: plans.connect.values() }),
    grpc: createGrpcListener({ ...shared, plans: plans.grpc.values(), lingerMs: LINGER_MS }),
  };
}
