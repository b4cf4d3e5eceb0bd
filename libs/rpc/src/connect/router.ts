import type { DescService } from "@bufbuild/protobuf";
import { type ConnectRouter, createConnectRouter, createServiceImplSpec, type MethodImpl } from "@connectrpc/connect";
import type { UniversalHandlerOptions } from "@connectrpc/connect/protocol";
import type { Limits } from "../limits.ts";
import type { CallFace } from "./call-face.ts";
import { COMPRESSIONS } from "./compression.ts";
import { jsonOptions } from "./json-options.ts";

/**
 * Connect's router, with the steps around every method. Interceptors that a registration brings run inside the steps,
 * and cannot replace them.
 */
export function createStepRouter(face: CallFace, limits: Limits, shutdownSignal: AbortSignal): ConnectRouter {
  const { readMaxBytes, writeMaxBytes, compressMinBytes } = limits;
  const base = createConnectRouter({
    acceptCompression: [...COMPRESSIONS],
    readMaxBytes,
    writeMaxBytes,
    compressMinBytes,
    shutdownSignal,
  });
  const router: ConnectRouter = {
    handlers: base.handlers,
    service(service, implementation, options) {
      for (const { method, impl } of Object.values(createServiceImplSpec(service, implementation).methods)) {
        // A method and its implementation stand in one specification, whose type does not tie them together.
        router.rpc(method, impl as MethodImpl<typeof method>, options);
      }
      return router;
    },
    rpc(method, impl, options: Partial<UniversalHandlerOptions> = {}) {
      base.rpc(method, impl, {
        ...options,
        jsonOptions: { ...options.jsonOptions, ...jsonOptions(method.input) },
        requestGate: face.requestGate,
        interceptors: [face.interceptor, ...(options.interceptors ?? [])],
      });
      return router;
    },
  };
  return router;
}

/** Runs `register` and tells which services it registered, in that order, each once. */
export function recordServices(router: ConnectRouter, register: (router: ConnectRouter) => void): DescService[] {
  const before = router.handlers.length;
  register(router);
  return [...new Set(router.handlers.slice(before).map((handler) => handler.service))];
}
