import { Code, createClient } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { Health, HealthCheckResponse_ServingStatus as Status } from "@skyport/proto";
import { failureOf } from "./support/failure.ts";
import { startServer } from "./support/server.ts";
import { TRANSPORTS } from "./support/transports.ts";

describe.each(TRANSPORTS)("grpc.health.v1 by %s", (_, transport) => {
  test("Check, List and Watch tell what readiness tells", async () => {
    let ready = false;
    const check = () => {
      if (!ready) throw new Error("not yet");
    };
    await using server = await startServer({ readiness: { database: check } });
    const health = createClient(Health, transport(server.url));
    const service = "skyport.product.v1.ProductService";
    expect((await health.check({})).status).toBe(Status.NOT_SERVING);
    const seen: Status[] = [];
    for await (const { status } of health.watch({ service })) {
      seen.push(status);
      ready = true;
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([Status.NOT_SERVING, Status.SERVING]);
    expect((await health.check({ service })).status).toBe(Status.SERVING);
    const { statuses } = await health.list({});
    expect(Object.keys(statuses)).toEqual(["", service]);
    expect((await failureOf(health.check({ service: "no.Such" }))).code).toBe(Code.NotFound);
  });
});

test("the watch of an unknown service tells so, and stays", async () => {
  await using server = await startServer();
  const [, transport] = TRANSPORTS[1] ?? [];
  if (transport === undefined) throw new Error("no transport");
  const health = createClient(Health, transport(server.url));
  const { value } = await health.watch({ service: "no.Such" })[Symbol.asyncIterator]().next();
  expect(value?.status).toBe(Status.SERVICE_UNKNOWN);
});

test("probes are quiet in the log while they go well", async () => {
  await using server = await startServer();
  const [, transport] = TRANSPORTS[0] ?? [];
  if (transport === undefined) throw new Error("no transport");
  await createClient(Health, transport(server.url)).check({}, { headers: { "x-request-id": "probe" } });
  expect(await server.line((line) => line["id"] === "probe")).toMatchObject({ level: 20, code: "ok" });
});
