import { once } from "node:events";
import { Code, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { describe, expect, test } from "@jest/globals";
import { ProductService } from "@skyport/proto";
import { callOf } from "../src/index.ts";
import { failureOf, infoOf } from "./support/failure.ts";
import { startServer, stubProducts } from "./support/server.ts";
import { TRANSPORTS } from "./support/transports.ts";

describe.each([
  ["the fast path", true],
  ["Connect's own handlers", false],
])("on %s", (_path, fastPath) => {
  /** A handler that never answers. */
  const stuck = { ...stubProducts, getProduct: () => new Promise<never>(() => undefined) };

  describe("an answer comes by the deadline, whatever the handler does", () => {
    test.each(TRANSPORTS)("%s: the server's default", async (_, transport) => {
      await using server = await startServer({ fastPath, limits: { defaultTimeoutMs: 30 } }, stuck);
      const error = await failureOf(createClient(ProductService, transport(server.url)).getProduct({ id: "a" }));
      expect(error.code).toBe(Code.DeadlineExceeded);
      expect(infoOf(error).reason).toBe("DEADLINE_EXCEEDED");
    });

    test.each([
      ["connect-timeout-ms", "30"],
      ["connect-timeout-ms", "9999999999"],
    ])("the caller's %s: %s, capped", async (name, value) => {
      await using server = await startServer({ fastPath, limits: { maxTimeoutMs: 60 } }, stuck);
      const response = await fetch(`${server.url}/skyport.product.v1.ProductService/GetProduct`, {
        method: "POST",
        headers: { "content-type": "application/json", [name]: value },
        body: '{"id":"a"}',
      });
      expect(response.status).toBe(504);
      expect(await response.json()).toMatchObject({
        code: "deadline_exceeded",
        details: [{ debug: { reason: "DEADLINE_EXCEEDED" } }, {}],
      });
    });

    test("a late error of the handler is swallowed, and the call has one line in the log", async () => {
      const late = Promise.withResolvers<never>();
      await using server = await startServer(
        { fastPath, limits: { defaultTimeoutMs: 20 } },
        { ...stubProducts, getProduct: () => late.promise },
      );
      const client = createClient(ProductService, createConnectTransport({ baseUrl: server.url, httpVersion: "1.1" }));
      await failureOf(client.getProduct({ id: "a" }, { headers: { "x-request-id": "late" } }));
      late.reject(new Error("too late"));
      await new Promise((resolve) => setImmediate(resolve));
      await server.server.close();
      expect(server.lines.filter((line) => line["id"] === "late")).toMatchObject([
        { level: 50, code: "deadline_exceeded" },
      ]);
    });
  });

  test("the handler sees the deadline: the caller's time, at most the server's", async () => {
    const seen: number[] = [];
    const ofConnect: (number | undefined)[] = [];
    await using server = await startServer(
      { fastPath, limits: { defaultTimeoutMs: 5_000, maxTimeoutMs: 60_000 } },
      {
        ...stubProducts,
        getProduct(_, context) {
          seen.push(callOf(context).deadline.remainingMs);
          ofConnect.push(context.timeoutMs());
          return {};
        },
      },
    );
    const client = createClient(ProductService, createConnectTransport({ baseUrl: server.url, httpVersion: "1.1" }));
    for (const timeoutMs of [undefined, 2_000, 300_000]) {
      await client.getProduct({ id: "a" }, timeoutMs === undefined ? {} : { timeoutMs });
    }
    expect(seen.map((ms) => Math.ceil(ms / 1_000))).toEqual([5, 2, 60]);
    expect(ofConnect.map((ms) => ms && Math.ceil(ms / 1_000))).toEqual([undefined, 2, 60]);
  });

  test("a caller who hangs up aborts the handler's signal, and is no error in the log", async () => {
    const entered = Promise.withResolvers<AbortSignal>();
    const done = Promise.withResolvers<void>();
    await using server = await startServer(
      { fastPath },
      {
        ...stubProducts,
        async getProduct(_, context) {
          entered.resolve(context.signal);
          await done.promise;
          return {};
        },
      },
    );
    const client = createClient(ProductService, createConnectTransport({ baseUrl: server.url, httpVersion: "2" }));
    const controller = new AbortController();
    const call = failureOf(
      client.getProduct({ id: "a" }, { signal: controller.signal, headers: { "x-request-id": "gone" } }),
    );
    const signal = await entered.promise;
    controller.abort();
    if (!signal.aborted) await once(signal, "abort");
    done.resolve();
    expect((await call).code).toBe(Code.Canceled);
    expect(await server.line((line) => line["id"] === "gone")).toMatchObject({ level: 30, code: "canceled" });
  });
});
