import { createServer, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { Code, ConnectError, createContextKey, type HandlerContext, type MethodImpl } from "@connectrpc/connect";
import type { UniversalHandlerOptions } from "@connectrpc/connect/protocol";
import { describe, expect, test } from "@jest/globals";
import {
  type BeginCall,
  type CallFacts,
  type CallHooks,
  type ConnectListenerOptions,
  createConnectListener,
  NO_HOOKS,
  planMethod,
} from "../src/index.ts";
import { exchange, type Served, serve } from "./support/serve.ts";
import { Shop } from "./support/shop.ts";

const { get, watch } = Shop.method;
type GetImpl = MethodImpl<typeof get>;

/** A server of Get alone, with the given hooks. What is not the fast path's is 404. */
async function serveGet(
  impl: GetImpl,
  options: Partial<ConnectListenerOptions> & { handler?: Partial<UniversalHandlerOptions> } = {},
): Promise<Served> {
  const { handler = {}, ...listener } = options;
  const plan = planMethod(get, impl, handler);
  if (plan === undefined) throw new Error("Get can be planned");
  const fast = createConnectListener({ ...listener, plans: [plan] });
  return serve((request, response) => {
    if (fast(request, response)) return;
    response.statusCode = 404;
    response.end();
  });
}

const post = (body: string, headers = "", length = body.length): string =>
  `POST /shop.v1.Shop/Get HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${headers}\r\n${body}`;

/** Hooks that note what happens to a call; `changes` replace some. */
function noted(changes: Partial<CallHooks> = {}): { begin: BeginCall; events: string[]; facts: CallFacts[] } {
  const events: string[] = [];
  const facts: CallFacts[] = [];
  const hooks: CallHooks = {
    ...NO_HOOKS,
    replyHeaders: ["x-call", "7"],
    enter: () => void events.push("enter"),
    work(_, handler) {
      events.push("work");
      return handler();
    },
    fail(error, stage) {
      events.push(`fail ${stage}`);
      return error;
    },
    abandon: () => void events.push("abandon"),
    end: () => void events.push("end"),
    ...changes,
  };
  return {
    events,
    facts,
    begin(call) {
      facts.push(call);
      return hooks;
    },
  };
}

const echo: GetImpl = ({ id }) => ({ id });

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

describe("the hooks of a call", () => {
  test("are asked in order, and know the call", async () => {
    const { begin, events, facts } = noted();
    await using server = await serveGet(echo, { begin });
    const answer = await exchange(server.port, post('{"id":"a"}', "connect-timeout-ms: 500\r\nX-Own: 1\r\n"));
    expect(answer).toContain('{"id":"a"}');
    expect(answer).toContain("x-call: 7");
    expect(events).toEqual(["enter", "work", "end"]);
    expect(facts[0]).toMatchObject({ protocol: "connect", timeoutMs: 500 });
    expect([facts[0]?.method, facts[0]?.header("x-own"), facts[0]?.header("other")]).toEqual([get, "1", undefined]);
  });

  test("may be asynchronous", async () => {
    const { begin, events } = noted({
      async enter() {
        await Promise.resolve();
        events.push("entered");
      },
      async work(_, handler) {
        await Promise.resolve();
        return handler();
      },
    });
    await using server = await serveGet(async ({ id }) => ({ id }), { begin });
    expect(await exchange(server.port, post('{"id":"a"}'))).toContain('{"id":"a"}');
    expect(events).toEqual(["entered", "end"]);
  });

  test.each([
    [
      "at once",
      () => {
        throw new ConnectError("who are you", Code.Unauthenticated);
      },
    ],
    ["later", () => Promise.reject(new ConnectError("who are you", Code.Unauthenticated))],
  ])("may refuse a call %s: the body is not read, and the answer has their headers", async (_, enter) => {
    const { begin, events } = noted({ enter });
    await using server = await serveGet(echo, { begin });
    const answer = await exchange(server.port, post("{}"));
    expect(answer).toContain("401 Unauthorized");
    expect(answer).toContain("x-call: 7");
    expect(events).toEqual(["end"]);
  });

  test.each([
    ["request", echo, "{"],
    ["response", (() => ({ id: "x".repeat(200) })) satisfies GetImpl, "{}"],
  ])("hear of a failure of the %s, and may say it in other words", async (stage, impl, body) => {
    const { begin, events } = noted({
      fail(_, at) {
        events.push(at);
        return new ConnectError("other words", Code.DataLoss);
      },
    });
    await using server = await serveGet(impl, { begin, handler: { writeMaxBytes: 100 } });
    expect(await exchange(server.port, post(body))).toContain('{"code":"data_loss","message":"other words"}');
    expect(events).toEqual(["enter", ...(stage === "response" ? ["work"] : []), stage, "end"]);
  });

  test("give values to the handlers that ask", async () => {
    const key = createContextKey("nobody");
    const { begin } = noted({ provide: (values) => void values.set(key, "ann") });
    await using server = await serveGet((_, { values }) => ({ id: values.get(key) }), { begin });
    expect(await exchange(server.port, post("{}"))).toContain('{"id":"ann"}');
  });
});

describe("a body that does not come", () => {
  test("is waited for as long as the hooks say", async () => {
    const { begin, events } = noted({ remainingMs: 20 });
    await using server = await serveGet(echo, { begin });
    const socket = connect(server.port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.write(post("{", "", 10));
    await until(() => text.includes("deadline_exceeded"));
    socket.destroy();
    expect(text).toContain("504 Gateway Timeout");
    expect(events).toEqual(["enter", "fail request", "end"]);
  });

  test("is given up when the server is to close", async () => {
    const closing = new AbortController();
    const { begin, events } = noted();
    await using server = await serveGet(echo, { begin, handler: { shutdownSignal: closing.signal } });
    const socket = connect(server.port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.write(post("{", "", 10));
    await until(() => events.includes("enter"));
    closing.abort(new ConnectError("closing", Code.Unavailable));
    await until(() => text.includes("unavailable"));
    socket.destroy();
    expect(events).toEqual(["enter", "fail request", "end"]);
  });
});

describe("a caller who hangs up", () => {
  test("while the handler works: the signal aborts, the end comes, the answer goes nowhere", async () => {
    const { begin, events } = noted();
    const contexts: HandlerContext[] = [];
    const gate = Promise.withResolvers<void>();
    await using server = await serveGet(
      async (_, context) => {
        contexts.push(context);
        await gate.promise;
        return {};
      },
      { begin },
    );
    const socket = connect(server.port, "127.0.0.1");
    socket.write(post("{}"));
    await until(() => contexts.length > 0);
    const signal = contexts[0]?.signal;
    expect(signal?.aborted).toBe(false);
    socket.destroy();
    await until(() => events.includes("end"));
    expect(signal?.aborted).toBe(true);
    expect(events).toEqual(["enter", "work", "abandon", "end"]);
    gate.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(events).toHaveLength(4);
  });

  test("in mid-body: the call fails as a request", async () => {
    const { begin, events } = noted();
    await using server = await serveGet(echo, { begin });
    const socket = connect(server.port, "127.0.0.1");
    socket.write(post("{", "", 10));
    await until(() => events.includes("enter"));
    socket.destroy();
    await until(() => events.includes("end"));
    expect(events).toEqual(["enter", "abandon", "fail request", "end"]);
  });
});

describe("the rest", () => {
  test("a timeout above the cap is cut to it, for the handler too", async () => {
    await using server = await serveGet(
      (_, context) => ({
        id: String(context.requestHeader.get("connect-timeout-ms")),
        count: Math.ceil((context.timeoutMs() ?? 0) / 1_000),
      }),
      { timeoutCapMs: 60_000 },
    );
    const answer = await exchange(server.port, post("{}", "connect-timeout-ms: 9999999999\r\n"));
    expect(answer).toContain('{"id":"60000","count":60}');
  });

  test("whatever has a then is waited for", async () => {
    // A lazy query of a database client is no promise, and is awaited all the same.
    const lazy = (): Promise<{ id: string }> => {
      const method = "then";
      return Object.assign(Object.create(null), {
        [method]: (done: (value: object) => void): void => done({ id: "late" }),
      });
    };
    await using server = await serveGet(lazy);
    expect(await exchange(server.port, post("{}"))).toContain('{"id":"late"}');
  });

  test("an answer that cannot be sent is told, and its connection closed", async () => {
    const failures: string[] = [];
    const plan = planMethod(get, echo, {});
    if (plan === undefined) throw new Error("Get can be planned");
    const fast = createConnectListener({
      plans: [plan],
      onSendFailure: (error, path) => failures.push(`${path}: ${error}`),
    });
    const broken = (response: ServerResponse): ServerResponse =>
      Object.assign(response, {
        writeHead(): never {
          throw new Error("no head");
        },
      });
    const node = createServer((request, response) => fast(request, broken(response)));
    await new Promise<void>((resolve) => node.listen(0, "127.0.0.1", resolve));
    expect(await exchange(Number(Reflect.get(Object(node.address()), "port")), post("{}"))).toBe("");
    expect(failures).toEqual(["/shop.v1.Shop/Get: Error: no head"]);
    await new Promise((resolve) => node.close(resolve));
  });

  test("what only Connect's own handlers can serve has no plan", () => {
    const stream = async function* () {
      yield {};
    };
    expect(planMethod(watch, stream, {})).toBeUndefined();
    expect(planMethod(get, echo, { interceptors: [(next) => next] })).toBeUndefined();
    expect(planMethod(get, echo, { requestGate: () => undefined })).toBeUndefined();
  });
});
