import { getEventListeners } from "node:events";
import { Code, createClient, type Transport } from "@connectrpc/connect";
import { Http2SessionManager } from "@connectrpc/connect-node";
import { expect, test } from "@jest/globals";
import { createGrpcUnary } from "@skyport/fastpath";
import { Health, HealthCheckResponse_ServingStatus, ProductService } from "@skyport/proto";
import { createPeerTransport } from "../src/index.ts";
import { answer, frame, startOddPeer } from "./support/peer/odd-peer.ts";
import { startServer } from "./support/server.ts";

// What our client does besides what a caller sees of one call, which peer-differential.int.test.ts holds.

const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

test("nothing of a call is left when it is over: no timer, nobody at the caller's signal", async () => {
  await using server = await startServer();
  await using transport = createPeerTransport({ baseUrl: server.url });
  const client = createClient(ProductService, transport);
  await client.getProduct({ id: "a" });
  const { signal } = new AbortController();
  const before = timers();
  await client.getProduct({ id: "a" }, { signal, timeoutMs: 60_000 });
  await expect(client.getProduct({ id: "missing" }, { signal, timeoutMs: 60_000 })).rejects.toThrow("missing");
  expect(getEventListeners(signal, "abort")).toEqual([]);
  expect(timers()).toBe(before);
});

test("many calls at a time share one connection, and each has its own answer", async () => {
  await using server = await startServer({}, { getProduct: ({ id }) => ({ product: { id } }) });
  await using transport = createPeerTransport({ baseUrl: server.url });
  const client = createClient(ProductService, transport);
  // More than the server lets run at a time (256): the others wait for their turn.
  const ids = Array.from({ length: 400 }, (_, index) => `p-${index}`);
  const answers = await Promise.all(ids.map((id) => client.getProduct({ id })));
  expect(answers.map(({ product }) => product?.id)).toEqual(ids);
});

test("a timeout that no timer can hold is none", async () => {
  await using server = await startServer();
  await using transport = createPeerTransport({ baseUrl: server.url });
  const client = createClient(ProductService, transport);
  expect(await client.getProduct({ id: "a" }, { timeoutMs: 2 ** 31 })).toMatchObject({ product: { id: "a" } });
});

test("a caller that gives up while the connection is made: the call that was sent all the same is reset", async () => {
  await using peer = await startOddPeer(() => undefined);
  await using transport = createPeerTransport({ baseUrl: peer.url });
  const controller = new AbortController();
  const call = createClient(ProductService, transport).getProduct({ id: "a" }, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(call).rejects.toThrow("enough");
  expect(await peer.closed).toBe(8);
});

test("a long answer shows that the connection lives, piece by piece", async () => {
  await using peer = await startOddPeer(answer({ body: [frame().subarray(0, 6), frame().subarray(6)] }));
  const sessions = new Http2SessionManager(peer.url);
  let heard = 0;
  const unary = createGrpcUnary({
    baseUrl: peer.url,
    sessions: {
      request: (...call) => sessions.request(...call),
      notifyResponseByteRead: () => {
        heard += 1;
      },
    },
  });
  const transport: Transport = { unary, stream: () => Promise.reject(new Error("no streams here")) };
  await createClient(ProductService, transport).getProduct({ id: "a" });
  expect(heard).toBe(1);
  sessions.abort();
});

test("a stream of answers comes over the same connection", async () => {
  await using server = await startServer();
  await using transport = createPeerTransport({ baseUrl: server.url });
  await createClient(ProductService, transport).getProduct({ id: "a" });
  const controller = new AbortController();
  const watched = createClient(Health, transport).watch({}, { signal: controller.signal })[Symbol.asyncIterator]();
  const { value } = await watched.next();
  expect(value).toMatchObject({ status: HealthCheckResponse_ServingStatus.SERVING });
  controller.abort();
  await expect(watched.next()).rejects.toMatchObject({ code: Code.Canceled });
});
