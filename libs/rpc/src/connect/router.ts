import type { DescService } from "@bufbuild/protobuf";
import {
  type ConnectRouter,
  type ConnectRouterOptions,
  createConnectRouter,
  createServiceImplSpec,
  type MethodImpl,
} from "@connectrpc/connect";
import { type MethodPlan, planMethod } from "@skyport/fastpath";
import type { Limits } from "../limits.ts";
import type { CallFace } from "./call-face.ts";
import { COMPRESSIONS } from "./compression.ts";
import { jsonOptions } from "./json-options.ts";

/** A plan for each method that can go the fast path, by the protocol that finds it there. */
export interface FastPlans {
  readonly connect: ReadonlyMap<string, MethodPlan>;
  readonly grpc: ReadonlyMap<string, MethodPlan>;
}

/** A router, and what it has noted for the fast path. */
export interface StepRouter {
  readonly router: ConnectRouter;
  readonly plans: FastPlans;
}

/**
 * Connect's router, with the steps around every method. Interceptors that a registration brings run inside the steps,
 * and cannot replace them; a method that has some is not for the fast path.
 */
export function createStepRouter(face: CallFace, limits: Limits, shutdownSignal: AbortSignal): StepRouter {
  const { readMaxBytes, writeMaxBytes, compressMinBytes } = limits;
  const common = {
    acceptCompression: [...COMPRESSIONS],
    readMaxBytes,
    writeMaxBytes,
    compressMinBytes,
    shutdownSignal,
  };
  const base = createConnectRouter(common);
  const plans = { connect: new Map<string, MethodPlan>(), grpc: new Map<string, MethodPlan>() };
  const router: ConnectRouter = {
    handlers: base.handlers,
    service(service, implementation, options) {
      for (const { method, impl } of Object.values(createServiceImplSpec(service, implementation).methods)) {
        // A method and its implementation stand in one specification, whose type does not tie them together.
        router.rpc(method, impl as MethodImpl<typeof method>, options);
      }
      return router;
    },
    rpc(method, impl, options: ConnectRouterOptions = {}) {
      const { requestGate: _, ...own } = options;
      const withJson = { ...own, jsonOptions: { ...own.jsonOptions, ...jsonOptions(method.input) } };
      base.rpc(method, impl, {
        ...withJson,
        requestGate: face.requestGate,
        interceptors: [face.interceptor, ...(own.interceptors ?? [])],
      });
      const path = `/${method.parent.typeName}/${method.name}`;
      const plan = planMethod(method, impl, { ...common, ...withJson });
      for (const protocol of ["connect", "grpc"] as const) {
        if (plan === undefined || own[protocol] === false) plans[protocol].delete(path);
        else plans[protocol].set(path, plan);
      }
      return router;
    },
  };
  return { router, plans };
}

/** Runs `register` and tells which services it registered, in that order, each once. */
export function recordServices(router: ConnectRouter, register: (router: ConnectRouter) => void): DescService[] {
  const before = router.handlers.length;
  register(router);
  return [...new Set(router.handlers.slice(before).map((handler) => handler.service))];
}
