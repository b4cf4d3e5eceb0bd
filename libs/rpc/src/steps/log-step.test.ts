import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "@jest/globals";
import { DomainError, toConnectError } from "@skyport/errors";
import { Health, ProductService } from "@skyport/proto";
import { Call } from "../call/call.ts";
import { createLogger } from "../logging/logger.ts";
import { logStep } from "./log-step.ts";
import type { Outcome } from "./step.ts";

function lineOf(
  outcome: Outcome,
  prepare: (call: Call) => void = () => undefined,
  probe = false,
): Record<string, unknown> {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    name: "t",
    level: "debug",
    destination: { write: (text) => void lines.push(JSON.parse(text)) },
  });
  const method = probe ? Health.method.check : ProductService.method.getProduct;
  const call = new Call({ method, protocol: "grpc", timeoutMs: undefined, logger, header: () => "id-1" });
  prepare(call);
  logStep(new Set(["grpc.health.v1.Health"])).leave?.(call, outcome);
  expect(lines).toHaveLength(1);
  return lines[0] ?? {};
}

const failed = (error: unknown): Outcome => ({ ok: false, error });

test("a call that went well", () => {
  expect(lineOf({ ok: true })).toMatchObject({
    level: 30,
    id: "id-1",
    method: "skyport.product.v1.ProductService/GetProduct",
    protocol: "grpc",
    code: "ok",
    ms: expect.any(Number),
    msg: "call",
  });
});

test.each([
  [
    "the caller's mistake",
    toConnectError(new DomainError("OUT_OF_STOCK", "x")),
    40,
    "failed_precondition",
    "OUT_OF_STOCK",
  ],
  [
    "the service's",
    toConnectError(new DomainError("DATABASE_UNAVAILABLE", "x")),
    50,
    "unavailable",
    "DATABASE_UNAVAILABLE",
  ],
  ["Connect's own, of the caller", new ConnectError("x", Code.Unimplemented), 40, "unimplemented", undefined],
  ["Connect's own, of the service", new ConnectError("x", Code.DataLoss), 50, "data_loss", undefined],
  ["what no step has mapped", new TypeError("x"), 50, "internal", undefined],
])("%s", (_, error, level, code, reason) => {
  const line = lineOf(failed(error));
  expect(line).toMatchObject({ level, code });
  expect(line["reason"]).toBe(reason);
  expect("err" in line).toBe(level === 50);
});

test("an INTERNAL brings the error that it hides from the caller", () => {
  const wire = toConnectError(new DomainError("INTERNAL", "x", { cause: new TypeError("bug") }));
  expect(lineOf(failed(wire))).toMatchObject({ reason: "INTERNAL", err: { type: "TypeError", message: "bug" } });
});

test("a caller who hung up is no fault, whatever the handler made of it", () => {
  const abandon = (call: Call) => {
    call.abandoned = true;
  };
  expect(lineOf(failed(new Error("aborted")), abandon)).toMatchObject({ level: 30, code: "canceled" });
});

test("a probe that goes well is quiet, one that fails is not", () => {
  expect(lineOf({ ok: true }, undefined, true)).toMatchObject({ level: 20 });
  expect(lineOf(failed(new TypeError("x")), undefined, true)).toMatchObject({ level: 50 });
});
