import { describe, expect, test } from "@jest/globals";
import { post } from "./support/post.ts";
import { startServer } from "./support/server.ts";

const PATH = "/skyport.product.v1.ProductService/GetProduct";

describe("probes", () => {
  test("/healthz tells of the process, /readyz names the checks that fail", async () => {
    let broken = true;
    await using server = await startServer({
      readiness: {
        database: () => {
          if (broken) throw new Error("SELECT secret");
        },
        migrations: async () => undefined,
      },
    });
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    const not = await fetch(`${server.url}/readyz`);
    expect([not.status, await not.text()]).toEqual([503, '{"status":"not ready","failing":["database"]}']);
    broken = false;
    const ready = await fetch(`${server.url}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([200, '{"status":"ready"}']);
  });

  test.each(["/healthz", "/readyz", "/readyz?x=1"])("HEAD %s has no body; POST is 405", async (path) => {
    await using server = await startServer();
    const head = await fetch(`${server.url}${path}`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const posted = await fetch(`${server.url}${path}`, { method: "POST" });
    expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  test("anything else is 404 in JSON", async () => {
    await using server = await startServer();
    const response = await fetch(`${server.url}/nothing`);
    expect([response.status, response.headers.get("content-type")]).toEqual([404, "application/json"]);
  });
});

describe("CORS", () => {
  const preflight = (url: string, origin: string) =>
    fetch(`${url}${PATH}`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,connect-protocol-version",
      },
    });

  test("an allowed origin may call, with every header of the protocols, and read the error details of gRPC-web", async () => {
    await using server = await startServer({ corsOrigins: ["https://shop.example", "https://b.example"] });
    const before = await preflight(server.url, "https://b.example");
    expect(before.status).toBe(204);
    expect(before.headers.get("access-control-allow-origin")).toBe("https://b.example");
    expect(before.headers.get("access-control-allow-methods")).toBe("POST, GET");
    for (const name of [
      "content-type",
      "connect-protocol-version",
      "connect-timeout-ms",
      "x-grpc-web",
      "x-request-id",
    ]) {
      expect(before.headers.get("access-control-allow-headers")?.toLowerCase().split(", ")).toContain(name);
    }
    const call = await post(server.url, "GetProduct", '{"id":"a"}', { origin: "https://shop.example" });
    expect(call.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(call.headers.get("vary")).toBe("Origin");
    for (const name of ["grpc-status", "grpc-message", "grpc-status-details-bin", "x-request-id"]) {
      expect(call.headers.get("access-control-expose-headers")?.toLowerCase().split(", ")).toContain(name);
    }
    expect(call.headers.get("access-control-allow-credentials")).toBeNull();
  });

  test("another origin gets no leave", async () => {
    await using server = await startServer({ corsOrigins: ["https://shop.example"] });
    const before = await preflight(server.url, "https://evil.example");
    expect(before.headers.get("access-control-allow-origin")).toBeNull();
    expect(before.headers.get("vary")).toBe("Origin");
    const call = await post(server.url, "GetProduct", '{"id":"a"}', { origin: "https://evil.example" });
    expect(call.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("* lets every origin call, errors included", async () => {
    await using server = await startServer({ corsOrigins: ["*"] });
    const call = await post(server.url, "GetProduct", "{bad", { origin: "https://any.example" });
    expect([call.status, call.headers.get("access-control-allow-origin")]).toEqual([400, "*"]);
  });

  test("without origins there is no CORS", async () => {
    await using server = await startServer();
    const before = await preflight(server.url, "https://shop.example");
    expect([before.status, before.headers.get("access-control-allow-origin")]).toEqual([405, null]);
  });
});

test("a GET of a method without side effects answers what POST does", async () => {
  await using server = await startServer();
  const query = new URLSearchParams({ connect: "v1", encoding: "json", message: '{"id":"a"}' });
  const response = await fetch(`${server.url}${PATH}?${query}`, { headers: { "x-request-id": "one" } });
  expect([response.status, await response.json()]).toEqual([200, { product: { id: "a", title: "one" } }]);
});
