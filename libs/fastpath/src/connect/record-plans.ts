import type { DescMethod } from "@bufbuild/protobuf";
import {
  type ConnectRouter,
  type ConnectRouterOptions,
  createServiceImplSpec,
  type MethodImpl,
} from "@connectrpc/connect";
import { type ConnectNodeAdapterOptions, compressionBrotli, compressionGzip } from "@connectrpc/connect-node";
import { type MethodPlan, planMethod } from "../core/method-plan.ts";

/** What Connect's node adapter compresses with by default. */
export const ACCEPT_COMPRESSION = [compressionGzip, compressionBrotli];

/**
 * Routes that register the same as those of `base`, and leave a plan for each method that the fast path can serve. The
 * plans are there once the routes have run. As in Connect, the last registration of a method counts, and a registration
 * with options of its own does not take over which protocols are off.
 */
export function recordPlans(base: ConnectNodeAdapterOptions): {
  routes: (router: ConnectRouter) => void;
  plans: ReadonlyMap<string, MethodPlan>;
} {
  const plans = new Map<string, MethodPlan>();

  function record<M extends DescMethod>(method: M, impl: MethodImpl<M>, own: ConnectRouterOptions | undefined): void {
    const path = `/${method.parent.typeName}/${method.name}`;
    const off = (own ?? base).connect === false;
    const plan = off ? undefined : planMethod(method, impl, { ...base, ...own });
    if (plan === undefined) plans.delete(path);
    else plans.set(path, plan);
  }

  const recorder = (router: ConnectRouter): ConnectRouter => {
    const recording: ConnectRouter = {
      handlers: router.handlers,
      service(service, implementation, options) {
        router.service(service, implementation, options);
        for (const { method, impl } of Object.values(createServiceImplSpec(service, implementation).methods)) {
          // A method and its implementation stand in one specification, whose type does not tie them together.
          record(method, impl as MethodImpl<typeof method>, options);
        }
        return recording;
      },
      rpc(method, impl, options) {
        router.rpc(method, impl, options);
        record(method, impl, options);
        return recording;
      },
    };
    return recording;
  };

  return { routes: (router) => base.routes(recorder(router)), plans };
}
