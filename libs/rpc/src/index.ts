export { shareEncoded } from "@skyport/fastpath";
export type { Logger } from "pino";
export { Call, type CallSource, callOf, setCall } from "./call/call.ts";
export { REQUEST_ID_HEADER, requestIdFrom } from "./call/request-id.ts";
export { fromConnectError } from "./client/from-connect-error.ts";
export { type PeerFailure, peerFailure } from "./client/peer-failure.ts";
export { type CallerContext, peerOptions } from "./client/peer-options.ts";
export { createPeerTransport, type PeerTransport, type PeerTransportOptions } from "./client/peer-transport.ts";
export { type RetryOptions, withRetry } from "./client/with-retry.ts";
export { ConfigError } from "./config/config-error.ts";
export { type Env, EnvReader, type Fallback, readConfig } from "./config/env-reader.ts";
export { Bulkhead, BulkheadFull, type BulkheadOptions, DEFAULT_BULKHEAD } from "./guard/bulkhead.ts";
export {
  type BreakerOptions,
  CircuitBreaker,
  DEFAULT_BREAKER,
  type Report,
  type Verdict,
} from "./guard/circuit-breaker.ts";
export { CallRefused, type GuardedCall, PeerGuard, type PeerGuardOptions } from "./guard/peer-guard.ts";
export { DEFAULT_RETRY_BUDGET, RetryBudget, type RetryBudgetOptions } from "./guard/retry-budget.ts";
export type { ReadinessCheck } from "./health/readiness.ts";
export { DEFAULT_LIMITS, type Limits } from "./limits.ts";
export { createLogger, LOG_LEVELS, type LoggerOptions, type LogLevel } from "./logging/logger.ts";
export { readLogConfig } from "./logging/read-log-config.ts";
export { runService } from "./process/run-service.ts";
export { type Closable, type RunOptions, runUntilSignal } from "./process/run-until-signal.ts";
export { createRpcServer, type ListenAddress, type RpcServer, type RpcServerOptions } from "./server/rpc-server.ts";
export type { Outcome, Stage, Step } from "./steps/step.ts";
export type { MessageCheck } from "./steps/validation-step.ts";
