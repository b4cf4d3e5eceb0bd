import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { BAD_REQUESTS, METHODS, UNDECODABLE_REQUESTS } from "./cases/bad-requests.ts";
import { allOrders } from "./support/audit.ts";
import { type Lab, openLab, ordered } from "./support/lab.ts";
import type { OrderServer } from "./support/order-server.ts";

fc.configureGlobal({ seed: seed() });

const SERVICE = "skyport.order.v1.OrderService";

/** Time after which a call counts as hung, in milliseconds. */
const HUNG_MS = 20_000;

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly reason: string | undefined;
  readonly fields: readonly string[];
  readonly text: string;
}

interface WireError {
  readonly code?: string;
  readonly details?: readonly {
    readonly type: string;
    readonly debug?: { readonly reason?: string; readonly fieldViolations?: readonly { readonly field: string }[] };
  }[];
}

function parsed(text: string): WireError {
  try {
    // Connect's error JSON, or whatever else was sent.
    return JSON.parse(text) as WireError;
  } catch {
    return {};
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const { code, details = [] } = response.ok ? {} : parsed(text);
  const debug = (type: string) => details.filter((detail) => detail.type === type).map((detail) => detail.debug);
  return {
    status: response.status,
    code,
    reason: debug("google.rpc.ErrorInfo")[0]?.reason,
    fields: debug("google.rpc.BadRequest").flatMap(
      (detail) => detail?.fieldViolations?.map(({ field }) => field) ?? [],
    ),
    text,
  };
}

describe("bad input", () => {
  let lab: Lab;
  let server: OrderServer;

  beforeAll(async () => {
    lab = await openLab("the in-process cache");
    server = await lab.start();
    await ordered(server, lab.add(10), 2);
    lab.stub.forget();
  });
  afterAll(() => lab.close());

  async function send(
    method: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${server.url}/${SERVICE}/${method}`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
      signal: AbortSignal.timeout(HUNG_MS),
    });
    return answerOf(response);
  }

  describe("is refused with every field at fault:", () => {
    test.each(BAD_REQUESTS)("$method with $what", async ({ method, body, reason = "INVALID_FIELDS", fields }) => {
      const answer = await send(method, JSON.stringify(body));
      expect(answer).toMatchObject({ status: 400, code: "invalid_argument", reason });
      expect(answer.fields.toSorted()).toEqual([...fields].sort());
    });
  });

  describe("is refused as malformed:", () => {
    test.each(UNDECODABLE_REQUESTS)("$method of $body", async ({ method, body, field }) => {
      const answer = await send(method, JSON.stringify(body));
      expect(answer).toMatchObject({ status: 400, code: "invalid_argument", reason: "MALFORMED_REQUEST" });
      if (field !== undefined) expect(answer.fields).toEqual([field]);
    });

    test.each(["", "{", "}", "null", '{"order":', '{"order":{}}x', "\u0000", "[[[[", '"', "{'a':1}", '{"a":1,}'])(
      "%j",
      async (body) => {
        for (const method of METHODS) {
          const answer = await send(method, body);
          expect({ method, ...answer }).toMatchObject({ method, status: 400, reason: "MALFORMED_REQUEST" });
        }
      },
    );

    test.each([
      ["bytes that are no UTF-8", [0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d], "application/json"],
      ["a varint that ends early", [0x08, 0xff], "application/proto"],
      ["a field number 0", [0x00, 0x01], "application/proto"],
      ["a varint without an end", Array.from({ length: 11 }, () => 0xff), "application/proto"],
      ["a group without an end", [0x0b], "application/proto"],
    ])("%s", async (_, bytes, contentType) => {
      for (const method of METHODS) {
        const answer = await send(method, Uint8Array.from(bytes), { "content-type": contentType });
        expect({ method, ...answer }).toMatchObject({ method, status: 400, reason: "MALFORMED_REQUEST" });
      }
    });
  });

  test("that is larger than 1 MiB is refused, compressed or not", async () => {
    for (const method of METHODS) {
      const answer = await send(method, JSON.stringify({ ignored: "x".repeat(1_100_000) }));
      expect({ method, ...answer, text: "" }).toMatchObject({ method, status: 429, reason: "MESSAGE_TOO_LARGE" });
    }
  });

  test("of 10,000 faults is refused in an answer of a sane size", async () => {
    const lineItems = Array.from({ length: 10_000 }, () => ({ productId: "?", quantity: -1 }));
    const answer = await send("CreateOrder", JSON.stringify({ order: { lineItems } }));
    expect(answer).toMatchObject({ status: 400, reason: "INVALID_FIELDS" });
    expect(answer.fields).toContain("order.line_items");
    const paths = Array.from({ length: 10_000 }, (_, index) => `field${index}`).join(",");
    const masked = await send("UpdateOrder", JSON.stringify({ order: {}, updateMask: paths }));
    expect(masked).toMatchObject({ status: 400, reason: "INVALID_FIELDS" });
    for (const { text } of [answer, masked]) expect(text.length).toBeLessThan(200_000);
  });

  test("gets Connect's own answers where it is no call of ours", async () => {
    expect((await send("NoSuchMethod", "{}")).status).toBe(404);
    expect((await send("GetOrder", "{}", { "content-type": "text/plain" })).status).toBe(415);
    expect((await send("GetOrder", "id=1", { "content-type": "application/x-www-form-urlencoded" })).status).toBe(415);
    const url = `${server.url}/${SERVICE}/CreateOrder`;
    for (const method of ["GET", "PUT", "DELETE", "PATCH"]) expect((await fetch(url, { method })).status).toBe(405);
    const query = new URLSearchParams({ encoding: "json", message: "{", connect: "v1" });
    const got = await answerOf(await fetch(`${server.url}/${SERVICE}/GetOrder?${query}`));
    expect(got).toMatchObject({ status: 400, reason: "MALFORMED_REQUEST" });
  });

  test("with fields that nobody knows is taken as if they were not there", async () => {
    const answer = await send("ListOrders", JSON.stringify({ colour: "blue", filter: { shape: [] } }));
    expect(answer.status).toBe(200);
    const snake = await send("ListOrders", JSON.stringify({ page_size: 1, order_by: "create_time" }));
    expect(snake.status).toBe(200);
  });

  /** No INTERNAL, no UNKNOWN, no hang; and the server is still there. */
  function expectCivil(answer: Answer): void {
    if (answer.status === 200) return;
    expect(answer.status).toBeLessThan(500);
    expect(["internal", "unknown", "data_loss", "deadline_exceeded"]).not.toContain(answer.code);
    expect(answer.reason).not.toBe("INTERNAL");
    expect(answer.text).not.toMatch(/select |insert |postgres|node_modules|at \w+ \(/i);
  }

  const word = fc.oneof(
    fc.constantFrom("", "a", "*", "line_items", "create_time", "EUR", "01890000-0000-7000-8000-000000000000", "\u0000"),
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.double(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
  );
  const near = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, { requiredKeys: [] });
  const money = near({ currencyCode: word, units: word, nanos: word });
  const lineItem = near({
    productId: word,
    quantity: fc.oneof(fc.integer(), word),
    unitPrice: fc.oneof(money, word),
    title: word,
  });
  const order = near({
    id: word,
    lineItems: fc.oneof(fc.array(lineItem, { maxLength: 4 }), word),
    etag: word,
    state: word,
  });
  const filter = near({
    state: word,
    productId: word,
    createTimeAfter: fc.oneof(word, fc.date().map(String)),
    createTimeBefore: word,
  });
  const request = near({
    id: word,
    order: fc.oneof(order, word),
    view: fc.oneof(fc.integer(), word),
    etag: word,
    requestId: word,
    updateMask: word,
    pageSize: fc.oneof(fc.integer(), word),
    pageToken: word,
    orderBy: word,
    filter: fc.oneof(filter, word),
  });
  const method = fc.constantFrom(...METHODS);

  test("of any kind gets its typed error, and the server goes on", async () => {
    const body = fc.oneof(
      { weight: 4, arbitrary: request.map((value) => JSON.stringify(value)) },
      fc.json(),
      fc.string({ unit: "binary" }),
    );
    await fc.assert(
      fc.asyncProperty(method, body, async (name, text) => expectCivil(await send(name, text))),
      { numRuns: 400 },
    );
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Uint8Array.from(array));
    await fc.assert(
      fc.asyncProperty(
        method,
        bytes,
        fc.constantFrom("application/proto", "application/grpc-web+proto"),
        async (name, raw, type) => expectCivil(await send(name, raw, { "content-type": type })),
      ),
      { numRuns: 200 },
    );
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test("has changed nothing", async () => {
    expect(await allOrders(server)).toHaveLength(1);
    expect(lab.stub.calls.setReservation).toBe(0);
    expect((await server.orders.listOpenIntentions({})).intentions).toEqual([]);
  });
});
