import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { freePort, type SharedPostgres, sharedPostgres } from "@skyport/testing";
import { run } from "./support/program.ts";

describe("order-svc as a process", () => {
  let postgres: SharedPostgres;
  let environment: Record<string, string>;
  beforeAll(async () => {
    postgres = await sharedPostgres();
    environment = {
      PORT: String(await freePort()),
      DATABASE_URL: await postgres.createDatabase(),
      PAGE_TOKEN_SECRET: "a secret of at least 32 characters",
      // Nobody is there: a service starts without its peers.
      PRODUCT_SVC_URL: `http://127.0.0.1:${await freePort()}`,
    };
  });
  afterAll(() => postgres.close());

  test("migrates, listens, is alone without Redis, and ends in order on a signal", async () => {
    const first = run("order-svc", environment);
    await first.ready();
    const list = await fetch(`http://127.0.0.1:${environment["PORT"]}/skyport.order.v1.OrderService/ListOrders`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(await list.json()).toEqual({});
    const second = await run("order-svc", { ...environment, PORT: String(await freePort()) }).ended;
    expect(second.code).toBe(1);
    expect(second.errors).toMatch(/^REDIS_URL is missing: another order-svc uses this database[^\n]*\n$/);
    await first.end("SIGTERM");
    expect(await first.ended).toEqual({ code: 0, errors: "" });
  });

  test("names every variable that it needs, a line each", async () => {
    const { code, errors } = await run("order-svc", {}).ended;
    expect(code).toBe(1);
    for (const variable of ["DATABASE_URL", "PAGE_TOKEN_SECRET", "PRODUCT_SVC_URL"]) {
      expect(errors).toMatch(new RegExp(`^${variable}\\b`, "m"));
    }
    expect(errors.trim().split("\n")).toHaveLength(3);
  });
});
