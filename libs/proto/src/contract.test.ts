import { create, type DescMessage, type DescService } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { createValidator } from "@bufbuild/protovalidate";
import { describe, expect, test } from "@jest/globals";
import * as contract from "./index.ts";

const exported = Object.values<unknown>(contract);
const services = exported.filter((value): value is DescService => kindOf(value) === "service");
const messages = exported.filter((value): value is DescMessage => kindOf(value) === "message");
const isOurs = ({ typeName }: { typeName: string }) => typeName.startsWith("skyport.");

describe("the contract", () => {
  test("has the services of both apps, health and reflection", () => {
    expect(services.map(({ typeName }) => typeName).sort()).toEqual([
      "grpc.health.v1.Health",
      "grpc.reflection.v1.ServerReflection",
      "grpc.reflection.v1alpha.ServerReflection",
      "skyport.order.v1.OrderService",
      "skyport.product.v1.InventoryService",
      "skyport.product.v1.ProductService",
    ]);
  });

  const methods = services.filter(isOurs).flatMap((service) => service.methods);

  test.each(methods.map((method) => ({ method, name: String(method) })))(
    "$name: only a read has no side effects",
    ({ method }) => {
      const reads = /^(Get|List|BatchGet|Audit)[A-Z]/.test(method.name);
      const { NO_SIDE_EFFECTS, IDEMPOTENCY_UNKNOWN } = MethodOptions_IdempotencyLevel;
      expect(method.idempotency).toBe(reads ? NO_SIDE_EFFECTS : IDEMPOTENCY_UNKNOWN);
    },
  );

  test.each(methods.map((method) => ({ method, name: String(method) })))(
    "$name: a request and a response of its own",
    ({ method }) => {
      const shape = [method.methodKind, method.input.name, method.output.name];
      expect(shape).toEqual(["unary", `${method.name}Request`, `${method.name}Response`]);
    },
  );

  test.each(messages.filter(isOurs).map((schema) => ({ schema, name: schema.typeName })))(
    "$name: its rules compile",
    ({ schema }) => {
      const { kind, error } = createValidator().validate(schema, create(schema));
      expect(kind === "error" ? error : undefined).toBeUndefined();
    },
  );
});

function kindOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
}
