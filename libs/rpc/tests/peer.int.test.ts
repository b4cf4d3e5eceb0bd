import { createServer } from "node:net";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { DomainError } from "@skyport/errors";
import { ProductService } from "@skyport/proto";
import { callOf, createPeerTransport, peerFailure, peerOptions } from "../src/index.ts";
import { startServer, stubProducts } from "./support/server.ts";

const outcome = (call: Promise<unknown>) => call.then(() => undefined, peerFailure);

describe("a call on behalf of a call", () => {
  test("hands on the id, and what is left of the time", async () => {
    await using back = await startServer(
      {},
      {
        ...stubProducts,
        getProduct(_, context) {
          const { id, deadline } = callOf(context);
          return { product: { id: "x", title: `${id} ${Math.ceil(deadline.remainingMs / 1000)}` } };
        },
      },
    );
    await using transport = createPeerTransport({ baseUrl: back.url });
    const peer = createClient(ProductService, transport);
    await using front = await startServer(
      {},
      {
        ...stubProducts,
        getProduct: async (request, context) => {
          const call = callOf(context);
          return peer.getProduct(request, peerOptions({ id: call.id, deadline: call.deadline.minus(1_000) }));
        },
      },
    );
    await using caller = createPeerTransport({ baseUrl: front.url });
    const client = createClient(ProductService, caller);
    const answer = await client.getProduct({ id: "a" }, { timeoutMs: 3_000, headers: { "x-request-id": "trace-1" } });
    expect(answer.product?.title).toBe("trace-1 2");
  });

  test("is not made when no time is left", () => {
    expect(() => peerOptions({ deadline: Deadline.after(0) })).toThrow(DomainError);
    expect(peerOptions({ deadline: Deadline.NEVER })).toEqual({});
  });
});

describe("what a failed call means", () => {
  test("answered: the peer's domain error, with its details", async () => {
    const thrown = new DomainError("OUT_OF_STOCK", "not enough", {
      metadata: { attempt: "1" },
      fields: [{ field: "a.b[1]", description: "is bad" }],
      preconditions: [{ type: "OUT_OF_STOCK", subject: "products/a", description: "3 left" }],
      resources: [{ type: "skyport.product.v1.Product", name: "products/b", description: "does not exist" }],
      quota: { subject: "calls", description: "at most 3" },
      retryAfterMs: 1_250,
    });
    await using server = await startServer({}, { getProduct: () => Promise.reject(thrown) });
    await using transport = createPeerTransport({ baseUrl: server.url });
    const failure = await outcome(createClient(ProductService, transport).getProduct({ id: "a" }));
    if (failure?.kind !== "answered") throw new Error(`answered was expected, not ${failure?.kind}`);
    const { cause, ...details } = failure.error.details;
    expect(cause).toBeInstanceOf(ConnectError);
    expect(details).toEqual(thrown.details);
    expect([failure.error.reason, failure.error.message]).toEqual(["OUT_OF_STOCK", "not enough"]);
  });

  test("unreachable and not delivered: nobody listens", async () => {
    const server = await startServer();
    await server.server.close();
    await using transport = createPeerTransport({ baseUrl: server.url });
    const failure = await outcome(createClient(ProductService, transport).getProduct({ id: "a" }));
    expect(failure).toMatchObject({ kind: "unreachable", delivered: false });
  });

  test.each([
    ["closes", (socket: import("node:net").Socket) => socket.end()],
    ["resets", (socket: import("node:net").Socket) => socket.resetAndDestroy()],
    ["speaks something else", (socket: import("node:net").Socket) => socket.end("SSH-2.0-OpenSSH\r\n")],
  ])("unreachable: the peer %s the connection", async (_, behave) => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => behave(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no address");
    await using transport = createPeerTransport({ baseUrl: `http://127.0.0.1:${address.port}` });
    const failure = await outcome(
      createClient(ProductService, transport).getProduct({ id: "a" }, { timeoutMs: 2_000 }),
    );
    expect(failure?.kind).toBe("unreachable");
    await new Promise((resolve) => server.close(resolve));
  });

  test.each([
    ["never answers", () => new Promise<never>(() => undefined)],
    ["says that its own time is up", () => Promise.reject(new DomainError("DEADLINE_EXCEEDED", "too late"))],
  ])("timeout: the peer %s", async (_, getProduct) => {
    await using server = await startServer({}, { getProduct });
    await using transport = createPeerTransport({ baseUrl: server.url });
    const failure = await outcome(createClient(ProductService, transport).getProduct({ id: "a" }, { timeoutMs: 50 }));
    expect(failure?.kind).toBe("timeout");
  });

  test("timeout: a peer that takes the connection and says nothing", async () => {
    const server = createServer((socket) => socket.on("error", () => undefined).resume());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no address");
    await using transport = createPeerTransport({ baseUrl: `http://127.0.0.1:${address.port}`, defaultTimeoutMs: 50 });
    expect((await outcome(createClient(ProductService, transport).getProduct({ id: "a" })))?.kind).toBe("timeout");
    await transport.close();
    await new Promise((resolve) => server.close(resolve));
  });

  test("unexpected: an error without a reason", async () => {
    await using server = await startServer({}, {});
    await using transport = createPeerTransport({ baseUrl: server.url });
    const failure = await outcome(createClient(ProductService, transport).getProduct({ id: "a" }));
    expect(failure).toMatchObject({ kind: "unexpected", cause: { code: Code.Unimplemented } });
    expect(peerFailure(new TypeError("bug"))).toMatchObject({ kind: "unexpected" });
  });
});

test("a peer that comes back is reached again by the same transport", async () => {
  const first = await startServer();
  await using transport = createPeerTransport({ baseUrl: first.url });
  const client = createClient(ProductService, transport);
  await client.getProduct({ id: "a" });
  await first.server.close();
  expect((await outcome(client.getProduct({ id: "a" })))?.kind).toBe("unreachable");
  await using _second = await startServer({ port: first.port });
  await expect(client.getProduct({ id: "b" })).resolves.toMatchObject({ product: { id: "b" } });
});

test("a peer's error that a handler lets through is INTERNAL: its details are about another call", async () => {
  await using back = await startServer();
  await using transport = createPeerTransport({ baseUrl: back.url });
  const peer = createClient(ProductService, transport);
  await using front = await startServer({}, { getProduct: (request) => peer.getProduct(request) });
  await using caller = createPeerTransport({ baseUrl: front.url });
  const failure = await outcome(createClient(ProductService, caller).getProduct({ id: "missing" }));
  expect(failure).toMatchObject({ kind: "answered", error: { reason: "INTERNAL" } });
});
