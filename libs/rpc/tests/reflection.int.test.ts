import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ServerReflectionV1, ServerReflectionV1Alpha } from "@skyport/proto";
import { startServer, type TestServer } from "./support/server.ts";

const run = promisify(execFile);
const BUF = fileURLToPath(new URL("../../../node_modules/.bin/buf", import.meta.url));

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.server.close());

async function buf(...args: string[]): Promise<string> {
  const { stdout } = await run(BUF, ["curl", "--http2-prior-knowledge", ...args]);
  return stdout;
}

describe("the real buf, with nothing but the address", () => {
  test("lists every method", async () => {
    const methods = (await buf("--protocol", "grpc", "--list-methods", server.url)).trim().split("\n");
    expect(methods).toContain("skyport.product.v1.ProductService/GetProduct");
    expect(methods).toContain("grpc.health.v1.Health/Check");
    expect(methods).toContain("grpc.reflection.v1.ServerReflection/ServerReflectionInfo");
  });

  test.each(["grpc", "grpcweb", "connect"])("calls a method by %s", async (protocol) => {
    const url = `${server.url}/skyport.product.v1.ProductService/GetProduct`;
    const answer = await buf("--protocol", protocol, "--reflect", "-d", '{"id":"a"}', url);
    expect(JSON.parse(answer)).toMatchObject({ product: { id: "a" } });
  });

  test("calls by the old version of the protocol", async () => {
    const url = `${server.url}/skyport.product.v1.ProductService/GetProduct`;
    const answer = await buf(
      "--protocol",
      "grpc",
      "--reflect",
      "--reflect-protocol",
      "grpc-v1alpha",
      "-d",
      '{"id":"a"}',
      url,
    );
    expect(JSON.parse(answer)).toMatchObject({ product: { id: "a" } });
  });

  test("names the violated fields of an error", async () => {
    const url = `${server.url}/skyport.product.v1.ProductService/CreateProduct`;
    const failure: { stderr: string } = await buf("--protocol", "connect", "-d", '{"product":{"id":"!"}}', url).then(
      () => ({ stderr: "no failure" }),
      (error: { stderr: string }) => error,
    );
    expect(failure.stderr).toContain("product.id");
  });
});

describe.each([
  ["v1", ServerReflectionV1],
  ["v1alpha", ServerReflectionV1Alpha],
] as const)("%s", (_, service) => {
  type Question = { case: string; value: unknown };

  async function ask(...questions: Question[]) {
    const client = createClient(service, createGrpcTransport({ baseUrl: server.url }));
    const requests = questions.map((messageRequest) => ({ host: "h", messageRequest }));
    const answers = [];
    // The two versions' requests have the same shape, which a union of their types cannot say.
    for await (const answer of client.serverReflectionInfo(
      (async function* () {
        yield* requests as never[];
      })(),
    )) {
      expect(answer.validHost).toBe("h");
      answers.push(answer.messageResponse);
    }
    return answers;
  }

  const namesIn = (value: unknown): string[] =>
    (value as { fileDescriptorProto: Uint8Array[] }).fileDescriptorProto.map(
      (bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name,
    );

  test("a file comes with its imports, and these once a stream", async () => {
    const [first, second] = await ask(
      { case: "fileContainingSymbol", value: "skyport.product.v1.ProductService" },
      { case: "fileByFilename", value: "skyport/product/v1/product.proto" },
    );
    expect(namesIn(first?.value)).toEqual(
      expect.arrayContaining([
        "skyport/product/v1/product_service.proto",
        "skyport/product/v1/product.proto",
        "buf/validate/validate.proto",
        "google/protobuf/descriptor.proto",
        "google/type/money.proto",
      ]),
    );
    expect(namesIn(second?.value)).toEqual(["skyport/product/v1/product.proto"]);
  });

  test.each([
    "skyport.product.v1.ProductService.GetProduct",
    "skyport.product.v1.Product",
    "skyport.product.v1.Product.in_stock",
    "grpc.health.v1.HealthCheckResponse.ServingStatus",
    "grpc.health.v1.HealthCheckResponse.SERVING",
    "buf.validate.field",
  ])("finds %s", async (symbol) => {
    const [answer] = await ask({ case: "fileContainingSymbol", value: symbol });
    expect(answer?.case).toBe("fileDescriptorResponse");
  });

  test("knows extensions", async () => {
    const [numbers, file] = await ask(
      { case: "allExtensionNumbersOfType", value: "google.protobuf.FieldOptions" },
      {
        case: "fileContainingExtension",
        value: { containingType: "google.protobuf.FieldOptions", extensionNumber: 1159 },
      },
    );
    expect(numbers).toMatchObject({
      case: "allExtensionNumbersResponse",
      value: { extensionNumber: expect.arrayContaining([1159]) },
    });
    expect(namesIn(file?.value)).toContain("buf/validate/validate.proto");
  });

  test.each<Question>([
    { case: "fileByFilename", value: "no.proto" },
    { case: "fileContainingSymbol", value: "no.Such" },
    { case: "allExtensionNumbersOfType", value: "no.Such" },
    { case: "fileContainingExtension", value: { containingType: "no.Such", extensionNumber: 1 } },
  ])("what does not exist is NOT_FOUND, and the stream goes on: $case", async (question) => {
    const [missing, services] = await ask(question, { case: "listServices", value: "" });
    expect(missing).toMatchObject({ case: "errorResponse", value: { errorCode: Code.NotFound } });
    expect(services?.case).toBe("listServicesResponse");
  });
});

test("reflection can be turned off", async () => {
  await using closed = await startServer({ reflect: [] });
  await expect(buf("--protocol", "grpc", "--list-methods", closed.url)).rejects.toThrow(/unimplemented|not found|404/i);
});
