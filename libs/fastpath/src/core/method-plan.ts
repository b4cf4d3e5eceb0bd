import type { DescMethod, DescMethodUnary } from "@bufbuild/protobuf";
import { createMethodImplSpec, type HandlerContext, type MethodImpl } from "@connectrpc/connect";
import { type UniversalHandlerOptions, validateUniversalHandlerOptions } from "@connectrpc/connect/protocol";
import { type Codec, createCodec } from "./codec.ts";

/** Everything about a method that does not change from call to call. */
export interface MethodPlan {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly method: DescMethodUnary;
  /** With the defaults of Connect in place. */
  readonly options: UniversalHandlerOptions;
  readonly codec: Codec;
  /** The handler, as it was registered: what it returns may be a promise, or less than a whole message. */
  readonly implementation: (message: never, context: HandlerContext) => unknown;
}

/**
 * The plan of a method, or undefined when only Connect's own handlers can serve it: streams, and methods with
 * interceptors or a request gate, which ask for Connect's request objects.
 */
export function planMethod<M extends DescMethod>(
  method: M,
  implementation: MethodImpl<M>,
  options: Partial<UniversalHandlerOptions>,
): MethodPlan | undefined {
  const spec = createMethodImplSpec(method, implementation);
  const complete = validateUniversalHandlerOptions(options);
  if (spec.kind !== "unary" || complete.interceptors.length > 0 || complete.requestGate !== undefined) return undefined;
  return {
    path: `/${spec.method.parent.typeName}/${spec.method.name}`,
    method: spec.method,
    options: complete,
    codec: createCodec(spec.method, complete),
    implementation: spec.impl,
  };
}
