import { create, type DescMessage, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { errorFromJson, errorToJson } from "@connectrpc/connect/protocol-connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { describe, expect, test } from "@jest/globals";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  QuotaFailureSchema,
  ResourceInfoSchema,
  RetryInfoSchema,
} from "@skyport/proto";
import { DomainError, type DomainErrorDetails } from "./domain-error.ts";
import { invalidFields, notFound, outOfStock } from "./factories.ts";
import { isReason, REASONS } from "./registry.ts";
import { reasonOf, toConnectError } from "./to-connect-error.ts";

const reasons = Object.keys(REASONS).filter(isReason);

/** The error as a client gets it: through the JSON that Connect sends. */
function overTheWire(error: DomainError): ConnectError {
  const fallback = new ConnectError("not an error of Connect", Code.Unknown);
  return errorFromJson(errorToJson(toConnectError(error), undefined), undefined, fallback);
}

/** The only detail of a kind. */
function only<D extends DescMessage>(error: ConnectError, schema: D) {
  const found = error.findDetails(schema);
  expect(found).toHaveLength(1);
  return found[0];
}

const EVERYTHING: DomainErrorDetails = {
  metadata: { product_id: "a" },
  fields: [{ field: "delta", description: "is 0" }],
  preconditions: [{ type: "OUT_OF_STOCK", subject: "products/a", description: "3 wanted, 1 left" }],
  resources: [{ type: "skyport.product.v1.Product", name: "products/a", description: "gone" }],
  quota: { subject: "request message", description: "at most 10 bytes" },
  retryAfterMs: 2_500,
};

/** What gRPC clients commonly take of trailers. */
const TRAILERS_BYTES = 8_192;

/** The size of gRPC's trailers for an error, as HTTP/2 counts it: RFC 9113, section 6.5.2. */
function trailersOf(error: DomainError): number {
  const trailers = new Headers();
  setTrailerStatus(trailers, toConnectError(error));
  return [...trailers].reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
}

describe("a list that is too long for gRPC's trailers", () => {
  const longest = Array.from({ length: 100 }, (_, index) => `p${index}-`.padEnd(128, "x"));
  const many = Array.from({ length: 10_000 }, (_, index) => `p${index}`);
  const fieldsOf = (names: readonly string[]) => names.map((field) => ({ field, description: "must be at least 1" }));
  const shortOf = (names: readonly string[]) =>
    names.map((name) => ({
      type: "OUT_OF_STOCK" as const,
      subject: `products/${name}`,
      description: "1000 wanted, 1 left",
    }));

  test.each([
    ["fields", (names: readonly string[]) => invalidFields(fieldsOf(names)), BadRequestSchema],
    ["resources", (names: readonly string[]) => notFound("product", ...names), ResourceInfoSchema],
    ["preconditions", (names: readonly string[]) => outOfStock(shortOf(names)), PreconditionFailureSchema],
  ] as const)("of %s is told from its start, and the rest is counted", (_, make, schema) => {
    for (const names of [longest, many]) {
      const error = make(names);
      // Other headers travel beside the trailers of a call that has no answer.
      expect(trailersOf(error)).toBeLessThan(TRAILERS_BYTES - 512);
      const { details, metadata } = tell(error, schema);
      expect(details).toBeGreaterThanOrEqual(names === longest ? 10 : 25);
      expect(metadata["omitted"]).toBe(String(names.length - details));
      expect(error.message).toContain(` and ${names.length - 5} more`);
    }
    const few = make(many.slice(0, 20));
    expect(tell(few, schema)).toMatchObject({ details: 20, metadata: expect.not.objectContaining({ omitted: "0" }) });
  });

  test("of which the first alone is too long is that one", () => {
    const error = invalidFields([{ field: "a", description: "x".repeat(5_000) }, ...fieldsOf(["b"])]);
    expect(error.details).toMatchObject({ fields: [{ field: "a" }], metadata: { omitted: "1" } });
  });

  test("is measured in bytes", () => {
    const error = invalidFields(many.map((field) => ({ field, description: "é".repeat(20) })));
    expect(trailersOf(error)).toBeLessThan(TRAILERS_BYTES - 512);
  });
});

/** How many elements a list has on the wire, over all details of its kind, and ErrorInfo's metadata. */
function tell(error: DomainError, schema: DescMessage) {
  const sent = overTheWire(error);
  const found = sent.findDetails(schema).map((detail) => {
    const { fieldViolations, violations } = detail as { fieldViolations?: unknown[]; violations?: unknown[] };
    return (fieldViolations ?? violations ?? [detail]).length;
  });
  return { details: found.reduce((sum, one) => sum + one, 0), metadata: only(sent, ErrorInfoSchema)?.metadata ?? {} };
}

describe("the mapping to Connect", () => {
  test.each(reasons)("%s goes out with its code, its message and an ErrorInfo first", (reason) => {
    const error = overTheWire(new DomainError(reason, "said to people", { metadata: { id: "7" } }));
    expect(error.code).toBe(REASONS[reason].code);
    expect(error.rawMessage).toBe("said to people");
    expect(error.details[0]).toMatchObject({ type: "google.rpc.ErrorInfo" });
    expect(only(error, ErrorInfoSchema)).toMatchObject({ reason, domain: "skyport", metadata: { id: "7" } });
  });

  test.each([0.1, 0.3, 1 / 3, 1_000.1])("a delay of %d ms can be told", (retryAfterMs) => {
    const [delay] = overTheWire(new DomainError("CONTENTION", "", { retryAfterMs })).findDetails(RetryInfoSchema);
    const told = Number(delay?.retryDelay?.seconds) * 1_000 + Number(delay?.retryDelay?.nanos) / 1_000_000;
    expect(told).toBeCloseTo(retryAfterMs, 5);
  });

  test.each(reasons)("%s carries RetryInfo exactly when a repeat can help", (reason) => {
    const delays = overTheWire(new DomainError(reason, "")).findDetails(RetryInfoSchema);
    expect(delays).toHaveLength(REASONS[reason].retryable ? 1 : 0);
  });

  test("an error without particulars has no further detail", () => {
    expect(toConnectError(new DomainError("INTERNAL", "odd")).details).toHaveLength(1);
    const empty = { fields: [], preconditions: [], resources: [] };
    expect(toConnectError(new DomainError("INTERNAL", "odd", empty)).details).toHaveLength(1);
  });

  test("each kind of particular becomes its google.rpc detail, in a fixed order", () => {
    const error = overTheWire(new DomainError("INTERNAL", "all at once", EVERYTHING));
    expect(error.details.map((detail) => "type" in detail && detail.type)).toEqual([
      "google.rpc.ErrorInfo",
      "google.rpc.BadRequest",
      "google.rpc.PreconditionFailure",
      "google.rpc.ResourceInfo",
      "google.rpc.QuotaFailure",
      "google.rpc.RetryInfo",
    ]);
  });

  test("BadRequest holds every violation", () => {
    const violations = [
      { field: "product.id", description: "is required" },
      { field: "order.line_items[2].quantity", description: "must be at least 1" },
    ];
    const error = overTheWire(invalidFields(violations));
    expect(only(error, BadRequestSchema)?.fieldViolations).toMatchObject(violations);
  });

  test("PreconditionFailure holds one violation a product", () => {
    const violations = [
      { type: "OUT_OF_STOCK", subject: "products/a", description: "3 wanted, 1 left" },
      { type: "PRODUCT_NOT_FOUND", subject: "products/b", description: "this product does not exist" },
    ] as const;
    const error = overTheWire(outOfStock(violations));
    expect(only(error, PreconditionFailureSchema)?.violations).toMatchObject(violations);
  });

  test("each resource has a ResourceInfo of its own", () => {
    const infos = overTheWire(notFound("product", "a", "b")).findDetails(ResourceInfoSchema);
    expect(infos).toMatchObject(
      [
        { resourceType: "skyport.product.v1.Product", resourceName: "products/a", description: /does not exist/ },
        { resourceType: "skyport.product.v1.Product", resourceName: "products/b", description: /does not exist/ },
      ].map((info) => ({ ...info, description: expect.stringMatching(info.description) })),
    );
  });

  test("QuotaFailure tells the limit", () => {
    const error = overTheWire(new DomainError("MESSAGE_TOO_LARGE", "", EVERYTHING));
    expect(only(error, QuotaFailureSchema)?.violations).toMatchObject([EVERYTHING.quota]);
  });

  test.each([
    [0, 0n, 0],
    [1, 0n, 1_000_000],
    [200, 0n, 200_000_000],
    [999, 0n, 999_000_000],
    [1_000, 1n, 0],
    [2_500, 2n, 500_000_000],
    [0.25, 0n, 250_000],
  ])("a delay of %d ms is %d s and %d ns", (retryAfterMs, seconds, nanos) => {
    const error = overTheWire(new DomainError("CONTENTION", "", { retryAfterMs }));
    expect(only(error, RetryInfoSchema)?.retryDelay).toMatchObject({ seconds, nanos });
  });

  test("what caused it stays with the service: known to the log, not on the wire", () => {
    const error = new DomainError("DATABASE_UNAVAILABLE", "the database cannot be reached", {
      cause: new Error('relation "secret" does not exist at 10.0.0.7'),
    });
    expect(toConnectError(error).cause).toBe(error);
    expect(JSON.stringify(errorToJson(toConnectError(error), undefined))).not.toMatch(/secret|10\.0|stack/);
  });
});

describe("Connect JSON", () => {
  test("tells the code, the message and each detail in a form to read", () => {
    const error = new DomainError("OUT_OF_STOCK", "not enough", EVERYTHING);
    expect(errorToJson(toConnectError(error), undefined)).toMatchObject({
      code: "failed_precondition",
      message: "not enough",
      details: [
        {
          type: "google.rpc.ErrorInfo",
          value: expect.stringMatching(/^[\w+/]+$/),
          debug: { reason: "OUT_OF_STOCK", domain: "skyport", metadata: { product_id: "a" } },
        },
        { debug: { fieldViolations: [{ field: "delta", description: "is 0" }] } },
        { debug: { violations: [{ type: "OUT_OF_STOCK", subject: "products/a", description: "3 wanted, 1 left" }] } },
        { debug: { resourceType: "skyport.product.v1.Product", resourceName: "products/a", description: "gone" } },
        { debug: { violations: [{ subject: "request message", description: "at most 10 bytes" }] } },
        { debug: { retryDelay: "2.500s" } },
      ],
    });
  });
});

describe("reasonOf", () => {
  test.each(reasons)("reads %s from an error of a Skyport service", (reason) => {
    expect(reasonOf(overTheWire(new DomainError(reason, "")))).toBe(reason);
    expect(reasonOf(toConnectError(new DomainError(reason, "")))).toBe(reason);
  });

  test("reads a reason that only a newer service knows", () => {
    expect(reasonOf(withInfo("FROM_THE_FUTURE", "skyport"))).toBe("FROM_THE_FUTURE");
  });

  test("is undefined for an error without an ErrorInfo, or with somebody else's", () => {
    expect(reasonOf(new ConnectError("no route", Code.Unavailable))).toBeUndefined();
    expect(reasonOf(withInfo("OUT_OF_STOCK", "example.com"))).toBeUndefined();
  });

  function withInfo(reason: string, domain: string): ConnectError {
    const error = new ConnectError("", Code.Aborted);
    const value = toBinary(ErrorInfoSchema, create(ErrorInfoSchema, { reason, domain }));
    error.details.push({ type: ErrorInfoSchema.typeName, value });
    return error;
  }
});
