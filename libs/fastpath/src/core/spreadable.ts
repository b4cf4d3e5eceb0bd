import type { HandlerContext } from "@connectrpc/connect";
import type { CallContext } from "./call-context.ts";

const KEYS: ReadonlySet<string | symbol> = new Set<keyof HandlerContext>([
  "method",
  "service",
  "requestMethod",
  "protocolName",
  "timeoutMs",
  "url",
  "signal",
  "requestHeader",
  "responseHeader",
  "responseTrailer",
  "values",
]);
const isKey = (key: string | symbol): key is keyof HandlerContext => KEYS.has(key);

/**
 * One handler of traps for all contexts. The getters of a class are no own properties, so `{ ...context }`, which is how
 * wrappers of handlers commonly pass a changed context on, would copy nothing. Through these traps it copies all that a
 * `HandlerContext` has. (Own getters would do the same for a hundred times the cost: V8 defines each of them singly.)
 */
const TRAPS: ProxyHandler<CallContext> = {
  get: (context, key) => (isKey(key) ? context[key] : Reflect.get(Object.prototype, key)),
  set: () => false,
  has: (_, key) => isKey(key),
  ownKeys: () => [...KEYS],
  getOwnPropertyDescriptor: (context, key) =>
    isKey(key) ? { value: context[key], writable: false, enumerable: true, configurable: true } : undefined,
};

/** The context as handlers get it: with the properties of a `HandlerContext` as its own, and no others. */
export function spreadable(context: CallContext): HandlerContext {
  return new Proxy(context, TRAPS);
}
