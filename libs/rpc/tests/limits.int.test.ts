import { connect as connectHttp2 } from "node:http2";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { Code, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { describe, expect, test } from "@jest/globals";
import { ProductService } from "@skyport/proto";
import { DEFAULT_LIMITS } from "../src/index.ts";
import { failureOf, infoOf } from "./support/failure.ts";
import { connectError, post } from "./support/post.ts";
import { closeOf, openRaw, rawExchange, statuses } from "./support/raw.ts";
import { startServer, stubProducts } from "./support/server.ts";

const PATH = "/skyport.product.v1.ProductService/GetProduct";
const MAX = DEFAULT_LIMITS.readMaxBytes;
const json = (bytes: number) => `{"id":"${"x".repeat(bytes - 9)}"}`;

describe("the size of a message", () => {
  test("up to the limit is read; its fields are judged then", async () => {
    await using server = await startServer();
    expect(connectError(await post(server.url, "GetProduct", json(MAX))).reason).toBe("INVALID_FIELDS");
  });

  test("a declared length above the limit is refused before the body comes", async () => {
    await using server = await startServer();
    const raw = await openRaw(server.port);
    raw.socket.write(
      `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${MAX + 1}\r\n\r\n`,
    );
    expect(await raw.until("MESSAGE_TOO_LARGE")).toContain("HTTP/1.1 429");
    await raw.closed;
  });

  test("a length of terabytes costs nothing", async () => {
    await using server = await startServer();
    const raw = await openRaw(server.port);
    raw.socket.write(
      `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9999999999999\r\n\r\n{`,
    );
    expect(await raw.until("MESSAGE_TOO_LARGE")).toContain("HTTP/1.1 429");
    await raw.closed;
  });

  test("chunks that never stop are refused at the limit, and the answer arrives", async () => {
    await using server = await startServer();
    const raw = await openRaw(server.port);
    raw.socket.write(
      `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
    for (let sent = 0; sent <= MAX; sent += 0x10000) raw.socket.write(chunk);
    expect(await raw.until("MESSAGE_TOO_LARGE")).toContain("HTTP/1.1 429");
    // The caller goes on; the connection ends all the same.
    const timer = setInterval(() => raw.socket.write(chunk), 5);
    await raw.closed;
    clearInterval(timer);
  });

  test.each(["gzip", "br"])(
    "what inflates above the limit (%s) is refused without being inflated",
    async (encoding) => {
      await using server = await startServer();
      const bomb =
        encoding === "gzip"
          ? gzipSync(Buffer.alloc(100 * MAX))
          : brotliCompressSync(Buffer.alloc(100 * MAX), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
      expect(bomb.length).toBeLessThan(MAX);
      const before = process.memoryUsage().arrayBuffers;
      const reply = await post(server.url, "GetProduct", bomb, { "content-encoding": encoding });
      expect(connectError(reply)).toMatchObject({ code: "resource_exhausted", reason: "MESSAGE_TOO_LARGE" });
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * MAX);
    },
  );

  test("HTTP/2: a stream that is answered early is closed while the caller goes on sending", async () => {
    await using server = await startServer();
    const session = connectHttp2(server.url);
    const stream = session.request({ ":method": "POST", ":path": PATH, "content-type": "application/json" });
    const timer = setInterval(() => stream.write(Buffer.alloc(100_000)), 5);
    let text = "";
    stream.on("data", (chunk) => {
      text += chunk;
    });
    await closeOf(stream);
    clearInterval(timer);
    expect(text).toContain("MESSAGE_TOO_LARGE");
    session.close();
  });
});

describe("compression", () => {
  test.each(["gzip", "br"])("of an answer, where the caller takes %s", async (encoding) => {
    await using server = await startServer();
    const reply = await post(server.url, "ListProducts", "{}", { "accept-encoding": encoding });
    expect(reply.headers.get("content-encoding")).toBe(encoding);
    expect(Number(reply.headers.get("content-length"))).toBeLessThan(1_000);
    expect(JSON.parse(reply.text).products[0].title).toHaveLength(100_000);
  });

  test("of a request", async () => {
    await using server = await startServer();
    const reply = await post(server.url, "GetProduct", gzipSync('{"id":"a"}'), { "content-encoding": "gzip" });
    expect(JSON.parse(reply.text)).toMatchObject({ product: { id: "a" } });
  });
});

describe("time", () => {
  test("a connection that says nothing is closed", async () => {
    await using server = await startServer({ limits: { sniffTimeoutMs: 50 } });
    expect(await rawExchange(server.port)).toBe("");
    expect(await rawExchange(server.port, "PR")).toBe("");
  });

  test("headers that come too slowly are 408", async () => {
    await using server = await startServer({ limits: { headersTimeoutMs: 100, connectionsCheckMs: 20 } });
    const raw = await openRaw(server.port);
    raw.socket.write("POST / HTTP/1.1\r\nHost: a\r\n");
    const drip = setInterval(() => raw.socket.write("X: y\r\n"), 10);
    await raw.closed;
    clearInterval(drip);
    expect(statuses(raw.text())).toEqual([408]);
  });

  test("a body that comes too slowly ends at the call's deadline, on either HTTP version", async () => {
    await using server = await startServer({ limits: { defaultTimeoutMs: 100 } });
    const raw = await openRaw(server.port);
    raw.socket.write(
      `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{`,
    );
    expect(await raw.until("DEADLINE_EXCEEDED")).toContain("HTTP/1.1 504");
    await raw.closed;

    const session = connectHttp2(server.url);
    const stream = session.request({ ":method": "POST", ":path": PATH, "content-type": "application/json" });
    stream.write("{");
    let text = "";
    stream.on("data", (chunk) => {
      text += chunk;
    });
    await closeOf(stream);
    expect(text).toContain("DEADLINE_EXCEEDED");
    session.close();
  });

  test("an idle connection is closed, on either HTTP version", async () => {
    await using server = await startServer({
      limits: { keepAliveTimeoutMs: 50, idleSessionTimeoutMs: 50, connectionsCheckMs: 20 },
    });
    const raw = await openRaw(server.port);
    raw.socket.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    await raw.closed;
    expect(statuses(raw.text())).toEqual([200]);

    const session = connectHttp2(server.url);
    await closeOf(session);
  });
});

describe("numbers", () => {
  test("connections above the limit are closed as they come", async () => {
    await using server = await startServer({ limits: { maxConnections: 1 } });
    const first = await openRaw(server.port);
    first.socket.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    await first.until('{"status":"ok"}');
    expect(await rawExchange(server.port, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")).toBe("");
    first.socket.destroy();
  });

  test("calls above the limit are RATE_LIMITED until the handler of another has finished; health still answers", async () => {
    const gate = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    await using server = await startServer(
      { limits: { maxInFlight: 1 } },
      {
        ...stubProducts,
        async getProduct({ id }) {
          if (id === "slow") {
            entered.resolve();
            await gate.promise;
          }
          return { product: { id } };
        },
      },
    );
    const client = createClient(ProductService, createConnectTransport({ baseUrl: server.url, httpVersion: "1.1" }));
    const slow = failureOf(client.getProduct({ id: "slow" }, { timeoutMs: 500, headers: { "x-request-id": "slow" } }));
    await entered.promise;
    const refused = await failureOf(client.getProduct({ id: "other" }));
    expect(refused.code).toBe(Code.ResourceExhausted);
    expect(infoOf(refused).reason).toBe("RATE_LIMITED");
    const health = await fetch(`${server.url}/grpc.health.v1.Health/Check`, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    expect(await health.json()).toEqual({ status: "SERVING" });
    // The slow call has been answered, but its handler is at work still.
    await slow;
    await server.line((line) => line["id"] === "slow");
    expect(infoOf(await failureOf(client.getProduct({ id: "other" }))).reason).toBe("RATE_LIMITED");
    gate.resolve();
    await gate.promise;
    await expect(client.getProduct({ id: "other" })).resolves.toMatchObject({ product: { id: "other" } });
  });
});
