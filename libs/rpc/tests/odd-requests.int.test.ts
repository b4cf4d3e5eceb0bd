import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { closeOf, openRaw, rawExchange, statuses } from "./support/raw.ts";
import { startServer, type TestServer } from "./support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ corsOrigins: ["*"] });
});
afterAll(() => server.server.close());

const PATH = "/skyport.product.v1.ProductService/GetProduct";
const BODY = '{"id":"a"}';
const JSON_HEADERS = `Content-Type: application/json\r\nContent-Length: ${BODY.length}\r\nConnection: close\r\n`;

async function alive(): Promise<void> {
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
}

const BAD_HOSTS = [
  "a b",
  ":::",
  "",
  "a:99999",
  "a:b",
  "[::1",
  "user@host",
  "a/b",
  "a?b",
  "a#b",
  "%zz",
  "\t",
  "http://a",
];

describe("a Host from which no URL can be made is 400, and the process lives", () => {
  test.each(BAD_HOSTS)("HTTP/1.1 %j", async (host) => {
    const text = await rawExchange(server.port, `POST ${PATH} HTTP/1.1\r\nHost: ${host}\r\n${JSON_HEADERS}\r\n${BODY}`);
    expect(statuses(text)).toEqual([400]);
    await alive();
  });

  test.each([
    ["no Host", ""],
    ["a bad one", "Host: :::\r\n"],
  ])("HTTP/1.0 with %s", async (_, header) => {
    const text = await rawExchange(server.port, `POST ${PATH} HTTP/1.0\r\n${header}${JSON_HEADERS}\r\n${BODY}`);
    expect(statuses(text)).toEqual([400]);
    await alive();
  });

  test("HTTP/1.1 without Host", async () => {
    const text = await rawExchange(server.port, `POST ${PATH} HTTP/1.1\r\n${JSON_HEADERS}\r\n${BODY}`);
    expect(statuses(text)).toEqual([400]);
    await alive();
  });

  test.each(BAD_HOSTS.filter((host) => host !== "\t"))("HTTP/2 :authority %j", async (authority) => {
    const session = connectHttp2(server.url);
    const stream = session.request({
      ":method": "POST",
      ":path": PATH,
      ":authority": authority,
      "content-type": "application/json",
    });
    let status: unknown;
    stream.on("response", (headers) => {
      status = headers[":status"];
    });
    stream.end(BODY);
    stream.resume();
    await closeOf(stream);
    // Most of these nghttp2 refuses by itself: the stream is reset without an answer.
    expect([400, undefined]).toContain(status);
    session.destroy();
    await alive();
  });

  test.each(["localhost", "127.0.0.1:80", "[::1]:8081", "shop.example:", "xn--bcher-kva.example", "a_b"])(
    "a good Host passes: %s",
    async (host) => {
      const text = await rawExchange(
        server.port,
        `POST ${PATH} HTTP/1.1\r\nHost: ${host}\r\n${JSON_HEADERS}\r\n${BODY}`,
      );
      expect(statuses(text)).toEqual([200]);
    },
  );
});

describe("odd requests get an answer, and the process lives", () => {
  const get = (target: string, version = "1.1") =>
    `GET ${target} HTTP/${version}\r\nHost: a\r\nConnection: close\r\n\r\n`;

  test.each([
    ["the absolute form", get("http://shop.example/healthz"), 200],
    [
      "the absolute form of a method",
      `POST http://shop.example${PATH} HTTP/1.1\r\nHost: a\r\n${JSON_HEADERS}\r\n${BODY}`,
      200,
    ],
    [
      "the absolute form with a bad host",
      `POST http://:::${PATH} HTTP/1.1\r\nHost: a\r\n${JSON_HEADERS}\r\n${BODY}`,
      200,
    ],
    ["the absolute form without a path", get("http://shop.example"), 404],
    ["the absolute form of another scheme", get("ftp://shop.example/healthz"), 400],
    ["an asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 400],
    ["bad percent-encoding", get("/%zz%"), 404],
    ["bad percent-encoding in a method's query", get(`${PATH}?encoding=json&message=%zz`), 400],
    ["two slashes", get("//"), 404],
    ["two slashes and a bad host", get("//:::/x"), 404],
    ["two slashes before a method", get(`/${PATH}`), 404],
    ["a back slash", get("/\\"), 404],
    ["a method in another case", get(PATH.toLowerCase()), 404],
    ["an upgrade", "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n", 200],
    [
      "h2c by upgrade",
      "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n",
      200,
    ],
    [
      "an expectation that nobody knows",
      "GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: magic\r\nConnection: close\r\n\r\n",
      417,
    ],
    ["a verb that nobody knows", "BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n", 400],
    ["no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
    ["a preface that is none", "PRINT / HTTP/1.1\r\nHost: a\r\n\r\n", 400],
    ["a header without end", `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431],
    ["two lengths", `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}`, 400],
    [
      "a length and chunks",
      `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    [
      "a chunk that is none",
      `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      400,
    ],
  ])("%s", async (_, request, status) => {
    expect(statuses(await rawExchange(server.port, request))).toEqual([status]);
    await alive();
  });

  test("CONNECT closes the connection", async () => {
    expect(statuses(await rawExchange(server.port, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"))).toEqual([]);
    await alive();
  });

  test("100-continue is granted", async () => {
    const head = `POST ${PATH} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n${JSON_HEADERS}\r\n`;
    const raw = await openRaw(server.port);
    raw.socket.write(head);
    await raw.until("100 Continue");
    raw.socket.write(BODY);
    await raw.closed;
    expect(statuses(raw.text())).toEqual([100, 200]);
  });

  test("a preface that comes byte by byte is HTTP/2, and one that breaks off is nothing", async () => {
    const raw = await openRaw(server.port);
    for (const byte of "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") {
      raw.socket.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    raw.socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
    while (raw.text().length < 9) await once(raw.socket, "data");
    expect(raw.text().charCodeAt(3)).toBe(4);
    raw.socket.destroy();
    const half = await openRaw(server.port);
    half.socket.end("PR");
    await half.closed;
    await alive();
  });

  test("HTTP/2 bytes that are none end the connection, not the process", async () => {
    await rawExchange(server.port, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nthis is no frame, as anybody can see, is it?");
    await rawExchange(server.port, "PRI * HTTP/1.1\r\nHost: a\r\n\r\n");
    await alive();
  });

  test.each(["*", "/%zz", "//", "/healthz"])("HTTP/2 with the path %s, and CONNECT", async (path) => {
    const session = connectHttp2(server.url);
    for (const headers of [{ ":path": path }, { ":method": "CONNECT", ":authority": "a:1" }]) {
      const stream = session.request(headers);
      stream.end();
      stream.resume();
      await closeOf(stream);
    }
    session.close();
    await alive();
  });

  test("requests in a pipeline are answered in order", async () => {
    const one = (id: string, last: boolean) => {
      const body = JSON.stringify({ id });
      const close = last ? "Connection: close\r\n" : "";
      return `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${close}\r\n${body}`;
    };
    const text = await rawExchange(server.port, one("first", false) + one("missing", false) + one("third", true));
    expect(statuses(text)).toEqual([200, 404, 200]);
    expect(text.indexOf('"first"')).toBeLessThan(text.indexOf("PRODUCT_NOT_FOUND"));
    expect(text.indexOf("PRODUCT_NOT_FOUND")).toBeLessThan(text.indexOf('"third"'));
  });

  test("a caller who hangs up in mid-body is a line in the log, not an error", async () => {
    const raw = await openRaw(server.port);
    raw.socket.write(
      `POST ${PATH} HTTP/1.1\r\nHost: a\r\nX-Request-Id: hung-up\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    );
    // The server has the headers once it has answered another connection's later request.
    await alive();
    raw.socket.resetAndDestroy();
    const line = await server.line((entry) => entry["id"] === "hung-up");
    expect(line).toMatchObject({ level: 30, code: "canceled" });
    await alive();
  });
});
