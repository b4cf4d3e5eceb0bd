export { createGrpcUnary, type GrpcUnaryOptions } from "./client/grpc-unary.ts";
export {
  type ConnectListener,
  type ConnectListenerOptions,
  createConnectListener,
} from "./connect/connect-listener.ts";
export { fastNodeAdapter } from "./connect/node-adapter.ts";
export { type BeginCall, type CallFacts, type CallHooks, NO_HOOKS, type Stage } from "./core/call-hooks.ts";
export { type MethodPlan, planMethod } from "./core/method-plan.ts";
export { shareEncoded } from "./core/shared.ts";
export { type Straggler, whenLate } from "./core/stragglers.ts";
export {
  createGrpcListener,
  type GrpcListenerOptions,
  type StreamListener,
  serveStreamsFirst,
} from "./grpc/grpc-listener.ts";
export { encodeGrpcMessage } from "./grpc/grpc-message.ts";
