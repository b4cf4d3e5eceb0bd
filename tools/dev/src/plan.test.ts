import { describe, expect, test } from "@jest/globals";
import { readConfig } from "./config.ts";
import { type Mode, planServices, type ServicePlan } from "./plan.ts";

const resources = { productDatabaseUrl: "postgres://p", orderDatabaseUrl: "postgres://o", pageTokenSecret: "s" };
const entries = { product: "product.ts", order: "order.ts" };
const inherited = { PATH: "/bin", HOST: "workstation", PORT: "1", DATABASE_URL: "x", DATABASE_DIRECT_URL: "x" };

function plan(mode: Mode): readonly [ServicePlan, ServicePlan] {
  const [product, order] = planServices(readConfig({ REDIS_URL: "redis://r" }), mode, resources, entries, inherited);
  if (product === undefined || order === undefined) throw new Error("two services are planned");
  return [product, order];
}

describe("planServices", () => {
  test("gives each service its own environment, whatever the shell's holds", () => {
    const [product, order] = plan("start");
    const common = { PATH: "/bin", HOST: "127.0.0.1", PAGE_TOKEN_SECRET: "s", REDIS_URL: "redis://r", WORKERS: "1" };
    expect(product.env).toEqual({ ...common, PORT: "8081", DATABASE_URL: "postgres://p" });
    expect(order.env).toEqual({
      ...common,
      PORT: "8082",
      DATABASE_URL: "postgres://o",
      PRODUCT_SVC_URL: "http://127.0.0.1:8081",
    });
  });

  test("dev watches the source and opens a debugger's port, which must be free too", () => {
    const [product, order] = plan("dev");
    expect(product.args).toEqual(["--watch", "--watch-preserve-output", "--inspect=127.0.0.1:9229", "product.ts"]);
    expect(order.args.at(-1)).toBe("order.ts");
    expect(order.ports).toEqual([
      { port: 8082, variable: "ORDER_PORT" },
      { port: 9230, variable: "ORDER_INSPECT_PORT" },
    ]);
  });

  test("start runs the plain program, with little memory", () => {
    const [product] = plan("start");
    expect(product.args).toEqual(["--max-semi-space-size=4", "--heap-growing-percent=75", "product.ts"]);
    expect(product.ports).toEqual([{ port: 8081, variable: "PRODUCT_PORT" }]);
  });
});
