import { Code, createContextValues } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { Shop } from "../../tests/support/shop.ts";
import { CallContext, type ContextSource } from "./call-context.ts";
import { spreadable } from "./spreadable.ts";

function source(changes: Partial<ContextSource> = {}): { source: ContextSource; made: string[] } {
  const made: string[] = [];
  const note = <T>(name: string, value: T): T => {
    made.push(name);
    return value;
  };
  return {
    made,
    source: {
      method: Shop.method.get,
      protocol: "connect",
      timeoutMs: undefined,
      startedAt: performance.now(),
      shutdownSignal: undefined,
      makeUrl: () => note("url", "http://a/b"),
      makeRequestHeader: () => note("requestHeader", new Headers({ a: "1" })),
      makeResponseHeader: () => note("responseHeader", new Headers()),
      makeResponseTrailer: () => note("responseTrailer", new Headers()),
      makeValues: () => note("values", createContextValues()),
      ...changes,
    },
  };
}

describe("a context", () => {
  test("makes nothing that is not asked for, and everything once", () => {
    const { source: from, made } = source();
    const context = spreadable(new CallContext(from));
    expect([context.method, context.service, context.requestMethod, context.protocolName]).toEqual([
      Shop.method.get,
      Shop,
      "POST",
      "connect",
    ]);
    expect(context.timeoutMs()).toBeUndefined();
    expect(made).toEqual([]);
    const first = [context.url, context.requestHeader, context.responseHeader, context.responseTrailer, context.values];
    expect([
      context.url,
      context.requestHeader,
      context.responseHeader,
      context.responseTrailer,
      context.values,
    ]).toEqual(first);
    expect(made).toEqual(["url", "requestHeader", "responseHeader", "responseTrailer", "values"]);
  });

  test("can be spread: a copy has everything that the context has", () => {
    const context = spreadable(new CallContext(source().source));
    const copy = { ...context, url: "http://other/" };
    expect(Object.keys(copy).sort()).toEqual([
      "method",
      "protocolName",
      "requestHeader",
      "requestMethod",
      "responseHeader",
      "responseTrailer",
      "service",
      "signal",
      "timeoutMs",
      "url",
      "values",
    ]);
    expect(copy.requestHeader).toBe(context.requestHeader);
    expect(copy.signal).toBe(context.signal);
    expect(copy.url).toBe("http://other/");
    expect("signal" in context && !("finish" in context)).toBe(true);
    expect(String(context)).toBe("[object Object]");
  });

  test("cannot be changed", () => {
    const context = spreadable(new CallContext(source().source));
    expect(() => Object.assign(context, { url: "x" })).toThrow(TypeError);
  });

  test("tells the time that is left", () => {
    const from = source({ timeoutMs: 1_000, startedAt: performance.now() - 400 }).source;
    const left = new CallContext(from).timeoutMs() ?? 0;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(600);
  });
});

describe("the signal", () => {
  test("aborts when the call is over, with its reason, also for who asks late", () => {
    const [early, late] = [new CallContext(source().source), new CallContext(source().source)];
    const { signal } = early;
    expect(signal.aborted).toBe(false);
    const reason = new Error("over");
    early.finish(reason);
    early.finish(new Error("again"));
    late.finish(reason);
    expect([signal.aborted, signal.reason, late.signal.aborted, late.signal.reason]).toEqual([
      true,
      reason,
      true,
      reason,
    ]);
  });

  test("aborts without a reason of its own when the call went well", () => {
    const context = new CallContext(source().source);
    const { signal } = context;
    context.finish();
    expect(signal.reason).toMatchObject({ name: "AbortError" });
  });

  test("aborts when the caller's time is up", async () => {
    const { signal } = new CallContext(source({ timeoutMs: 5 }).source);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    expect(signal.reason).toMatchObject({ code: Code.DeadlineExceeded });
    const passed = new CallContext(source({ timeoutMs: 5, startedAt: performance.now() - 10 }).source);
    expect(passed.signal.aborted).toBe(true);
  });

  test("aborts when the server is to close, and lets go of the server's signal when the call is over", () => {
    const server = new AbortController();
    let listeners = 0;
    const counted = new Proxy(server.signal, {
      get(signal, key) {
        if (key === "addEventListener") listeners++;
        if (key === "removeEventListener") listeners--;
        const value: unknown = Reflect.get(signal, key, signal);
        return typeof value === "function" ? value.bind(signal) : value;
      },
    });
    const [open, over] = [1, 2].map(() => new CallContext(source({ shutdownSignal: counted }).source));
    if (open === undefined || over === undefined) throw new Error("two contexts");
    expect([open.signal.aborted, over.signal.aborted, listeners]).toEqual([false, false, 2]);
    over.finish();
    expect(listeners).toBe(1);
    server.abort("closing");
    expect(open.signal.reason).toBe("closing");
    expect(new CallContext(source({ shutdownSignal: counted }).source).signal.reason).toBe("closing");
  });
});
