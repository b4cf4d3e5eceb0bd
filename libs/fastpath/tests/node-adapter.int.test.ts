import type { RequestListener } from "node:http";
import {
  Code,
  ConnectError,
  type ConnectRouter,
  createClient,
  type HandlerContext,
  type Interceptor,
} from "@connectrpc/connect";
import { type ConnectNodeAdapterOptions, connectNodeAdapter, createConnectTransport } from "@connectrpc/connect-node";
import { describe, expect, test } from "@jest/globals";
import { fastNodeAdapter, shareEncoded } from "../src/index.ts";
import { exchange, serve, serveHttp2 } from "./support/serve.ts";
import { type ItemMessage, item, Shop } from "./support/shop.ts";

const KEPT = shareEncoded(item({ id: "kept", tags: ["é"] }));

/** Handlers that do what the id says. */
function routes(router: ConnectRouter): void {
  const get = async (request: ItemMessage, context: HandlerContext) => {
    switch (request.id) {
      case "kept":
        return KEPT;
      case "headers":
        context.responseHeader.set("x-own", String(context.requestHeader.get("x-sent")));
        context.responseHeader.append("set-cookie", "a=1");
        context.responseHeader.append("set-cookie", "b=2");
        context.responseTrailer.set("x-last", "z");
        return { id: new URL(context.url).pathname };
      case "refuse":
        throw new ConnectError("no é", Code.NotFound, { "x-why": "because" });
      case "bug":
        throw new TypeError("secret");
      case "large":
        return { id: "x".repeat(100_000) };
      case "spread":
        return { id: { ...context }.protocolName, count: Math.min(1, context.timeoutMs() ?? 0) };
      default:
        return { id: request.id };
    }
  };
  router.service(Shop, {
    get,
    read: get,
    async *watch(request) {
      yield { id: request.id };
    },
  });
}

const options = (): ConnectNodeAdapterOptions => ({ routes, readMaxBytes: 1_000, maxTimeoutMs: 60_000 });

/** Both adapters' listeners as `node:http` takes them: their types say less. */
const listeners = (make: () => ConnectNodeAdapterOptions): RequestListener[] => [
  connectNodeAdapter(make()) as RequestListener,
  fastNodeAdapter(make()) as RequestListener,
];

function post(body: string, headers: Record<string, string> = {}, path = "/shop.v1.Shop/Get"): string {
  const all = {
    host: "shop.example",
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body, "latin1")),
    connection: "close",
    ...headers,
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${head.join("")}\r\n${body}`;
}

const binary = { "content-type": "application/proto" };
const idOf = (id: string): string => `\n${String.fromCharCode(id.length)}${id}`;

const REQUESTS: readonly (readonly [string, string])[] = [
  ["JSON", post('{"id":"a"}')],
  ["JSON with a charset", post('{"id":"a"}', { "content-type": "application/json; charset=utf-8" })],
  ["binary", post(idOf("a"), binary)],
  ["an empty body", post("", binary)],
  ["a kept answer", post('{"id":"kept"}')],
  ["a kept answer, binary", post(idOf("kept"), binary)],
  ["headers and trailers", post('{"id":"headers"}', { "x-sent": "s" })],
  ["an error", post('{"id":"refuse"}')],
  ["an error, binary", post(idOf("refuse"), binary)],
  ["a bug", post('{"id":"bug"}')],
  ["a context that is spread", post('{"id":"spread"}', { "connect-timeout-ms": "5000" })],
  ["a compressed answer", post('{"id":"large"}', { "accept-encoding": "gzip" })],
  ["a large answer that is not", post('{"id":"large"}', { "accept-encoding": "zstd" })],
  ["broken JSON", post("{")],
  ["a broken message", post("\n\x05a", binary)],
  ["too large a body", post(`{"id":"${"x".repeat(2_000)}"}`)],
  ["a timeout that is none", post("{}", { "connect-timeout-ms": "soon" })],
  ["a timeout that is too long", post("{}", { "connect-timeout-ms": "70000" })],
  ["an unknown compression", post("{}", { "content-encoding": "zstd" })],
  ["another content type", post("{}", { "content-type": "text/plain" })],
  ["a stream", post("\0\0\0\0\x02{}", { "content-type": "application/connect+json" }, "/shop.v1.Shop/Watch")],
  ["no such method", post("{}", {}, "/shop.v1.Shop/Nothing")],
  [
    "GET",
    "GET /shop.v1.Shop/Read?encoding=json&message=%7B%22id%22%3A%22a%22%7D HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
  ],
  [
    "chunks",
    'POST /shop.v1.Shop/Get HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{"id\r\n6\r\n":"a"}\r\n0\r\n\r\n',
  ],
];

test.each(REQUESTS)("%s: the answer is that of Connect's own adapter", async (_, request) => {
  const answers: string[] = [];
  for (const listener of listeners(options)) {
    await using server = await serve(listener);
    answers.push(await exchange(server.port, request));
  }
  expect(answers[0]).toMatch(/^HTTP\/1\.1 \d{3} /);
  expect(answers[1]).toBe(answers[0]);
});

describe("options of Connect's adapter", () => {
  const both = async (make: () => ConnectNodeAdapterOptions, request: string): Promise<string> => {
    const [stock, fast] = await Promise.all(
      listeners(make).map(async (listener) => {
        await using server = await serve(listener);
        return await exchange(server.port, request);
      }),
    );
    expect(fast).toBe(stock);
    return fast ?? "";
  };

  test("a prefix of paths", async () => {
    const make = () => ({ ...options(), requestPathPrefix: "/api" });
    expect(await both(make, post('{"id":"a"}', {}, "/api/shop.v1.Shop/Get"))).toContain("200 OK");
    expect(await both(make, post('{"id":"a"}'))).toContain("404 Not Found");
  });

  test("interceptors still work", async () => {
    const interceptor: Interceptor = (next) => async (request) => {
      const response = await next(request);
      response.header.set("x-intercepted", "yes");
      return response;
    };
    expect(await both(() => ({ ...options(), interceptors: [interceptor] }), post("{}"))).toContain(
      "x-intercepted: yes",
    );
  });

  test("a request gate still works", async () => {
    const requestGate = (): never => {
      throw new ConnectError("closed", Code.Unavailable);
    };
    expect(await both(() => ({ ...options(), requestGate }), post("{}"))).toContain('"unavailable"');
  });

  test("the protocol's version can be required", async () => {
    const make = () => ({ ...options(), requireConnectProtocolHeader: true });
    expect(await both(make, post("{}"))).toContain("missing required header");
    expect(await both(make, post("{}", { "connect-protocol-version": "2" }))).toContain("400 Bad Request");
    expect(await both(make, post("{}", { "connect-protocol-version": "1" }))).toContain("200 OK");
  });

  test("Connect's protocol can be off", async () => {
    expect(await both(() => ({ ...options(), connect: false }), post("{}"))).toContain("415 Unsupported Media Type");
  });

  test("the last registration of a method counts", async () => {
    const make = () => ({
      routes(router: ConnectRouter) {
        routes(router);
        router.rpc(Shop.method.get, () => ({ id: "last" }));
      },
    });
    expect(await both(make, post("{}"))).toContain('{"id":"last"}');
  });

  test("a fallback for other paths", async () => {
    const make = (): ConnectNodeAdapterOptions => ({
      ...options(),
      fallback: (_, response) => {
        response.statusCode = 418;
        response.end();
      },
    });
    expect(await both(make, post("{}", {}, "/tea"))).toContain("418");
  });
});

test.each(["a b", ":::", "", "a:99999"])("a Host from which no URL can be made is 400: %j", async (host) => {
  await using server = await serve(fastNodeAdapter(options()) as RequestListener);
  expect(await exchange(server.port, post("{}", { host }))).toMatch(/^HTTP\/1\.1 400 /);
  expect(await exchange(server.port, post("{}"))).toContain("200 OK");
});

test("HTTP/2 is served as before", async () => {
  await using server = await serveHttp2(fastNodeAdapter(options()));
  const client = createClient(Shop, createConnectTransport({ baseUrl: server.url, httpVersion: "2" }));
  expect(await client.get({ id: "a" })).toMatchObject({ id: "a" });
});

test("requests in a pipeline are answered in order, on one connection", async () => {
  await using server = await serve(fastNodeAdapter(options()) as RequestListener);
  const open = { connection: "keep-alive" };
  const text = await exchange(
    server.port,
    post('{"id":"first"}', open) + post('{"id":"refuse"}', open) + post('{"id":"third"}'),
  );
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1])).toEqual(["200", "404", "200"]);
  expect(text.indexOf("first")).toBeLessThan(text.indexOf("third"));
});
