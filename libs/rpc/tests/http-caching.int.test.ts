import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { notFound } from "@skyport/errors";
import { callOf } from "../src/index.ts";
import { startServer, type TestServer } from "./support/server.ts";

const METHOD = "skyport.product.v1.ProductService/GetProduct";
const JSON_ENCODING = "encoding=json";

describe.each([true, false])("Connect's GET with the fast path %p", (fastPath) => {
  let server: TestServer;
  /** What answers are made from. */
  let revision = 1;
  let title = "A ship";

  beforeAll(async () => {
    server = await startServer(
      { fastPath, corsOrigins: ["https://shop.example"] },
      {
        getProduct({ id }, context) {
          if (id === "missing") throw notFound("product", id);
          if (id !== "unstamped") callOf(context).stamp = [`${revision}`];
          return { product: { id, title: id === "large" ? "x".repeat(10_000) : title } };
        },
      },
    );
  });
  afterAll(async () => server[Symbol.asyncDispose]());

  const get = (id: string, headers: Record<string, string> = {}, encoding = JSON_ENCODING) =>
    fetch(`${server.url}/${METHOD}?connect=v1&${encoding}&message=${encodeURIComponent(JSON.stringify({ id }))}`, {
      headers: { "accept-encoding": "identity", ...headers },
    });

  const tagOf = async (response: Promise<Response>): Promise<string> => {
    const { headers, body } = await response;
    await body?.cancel();
    return headers.get("etag") ?? "none";
  };

  test("an answer carries a strong ETag, and is to be asked for again each time", async () => {
    const response = await get("a");
    expect(response.status).toBe(200);
    expect(response.headers.get("etag")).toMatch(/^"[\w-]{22}"$/);
    expect(response.headers.get("cache-control")).toBe("private, no-cache");
    expect(response.headers.get("vary")).toBe("Accept-Encoding");
    expect(await response.json()).toEqual({ product: { id: "a", title } });
  });

  test("whoever holds it gets a 304 without a body, with what a cache needs", async () => {
    const tag = await tagOf(get("a"));
    const response = await get("a", { "if-none-match": `"other", ${tag}`, "x-request-id": "b6c4a1de-0001" });
    expect(response.status).toBe(304);
    expect(await response.text()).toBe("");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      etag: tag,
      "cache-control": "private, no-cache",
      vary: "Accept-Encoding",
      "x-request-id": "b6c4a1de-0001",
    });
    for (const name of ["content-type", "content-length", "content-encoding"]) {
      expect(response.headers.has(name)).toBe(false);
    }
  });

  test("after a change the answer comes whole, with another tag", async () => {
    const before = await tagOf(get("a"));
    revision++;
    title = "Another ship";
    const response = await get("a", { "if-none-match": before });
    expect(response.status).toBe(200);
    expect(response.headers.get("etag")).not.toBe(before);
    expect(await response.json()).toMatchObject({ product: { title: "Another ship" } });
  });

  test("a compressed answer is another one", async () => {
    const plain = await tagOf(get("large"));
    const zipped = await get("large", { "accept-encoding": "gzip", "if-none-match": plain });
    expect([zipped.status, zipped.headers.get("content-encoding")]).toEqual([200, "gzip"]);
    expect(
      (await get("large", { "accept-encoding": "gzip", "if-none-match": zipped.headers.get("etag") ?? "" })).status,
    ).toBe(304);
    await zipped.arrayBuffer();
  });

  test("the origin that CORS names is part of what the answer varies by", async () => {
    const { headers } = await get("a", { origin: "https://shop.example" });
    expect(headers.get("vary")).toBe("Origin, Accept-Encoding");
    expect(headers.get("access-control-expose-headers")?.toLowerCase()).toContain("etag");
  });

  test("the answer to a POST carries none of it", async () => {
    const response = await fetch(`${server.url}/${METHOD}`, {
      method: "POST",
      headers: { "content-type": "application/json", "if-none-match": "*" },
      body: '{"id":"a"}',
    });
    expect(response.status).toBe(200);
    expect(response.headers.has("etag")).toBe(false);
    expect(await response.json()).toMatchObject({ product: { id: "a" } });
  });

  test("an error is not kept, and no tag stands for it", async () => {
    const response = await get("missing", { "if-none-match": "*" });
    expect([response.status, response.headers.get("cache-control")]).toEqual([404, "no-store"]);
    expect(response.headers.has("etag")).toBe(false);
    await response.body?.cancel();
  });

  test("an answer of which nobody says what it was made from is sent as ever", async () => {
    const response = await get("unstamped", { "if-none-match": "*" });
    expect(response.status).toBe(200);
    expect(response.headers.has("etag")).toBe(false);
    await response.body?.cancel();
  });
});

test("Cache-Control is what the server was told", async () => {
  await using server = await startServer(
    { cacheControl: "private, max-age=5" },
    {
      getProduct(_, context) {
        callOf(context).stamp = ["1"];
        return {};
      },
    },
  );
  const response = await fetch(`${server.url}/${METHOD}?connect=v1&${JSON_ENCODING}&message=%7B%22id%22%3A%22a%22%7D`);
  expect(response.headers.get("cache-control")).toBe("private, max-age=5");
});
