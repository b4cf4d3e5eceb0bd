import { describe, expect, test } from "@jest/globals";
import { readConfig } from "./config.ts";

describe("readConfig", () => {
  test("needs nothing", () => {
    expect(readConfig({})).toEqual({
      productPort: 8081,
      orderPort: 8082,
      productInspectPort: 9229,
      orderInspectPort: 9230,
      productDatabaseUrl: undefined,
      orderDatabaseUrl: undefined,
      redisUrl: undefined,
      workers: 1,
      stateDir: ".skyport",
      pageTokenSecret: undefined,
    });
  });

  test("takes what is given; what is empty is not given", () => {
    const config = readConfig({ PRODUCT_PORT: "1", ORDER_PORT: " ", REDIS_URL: "redis://r", PAGE_TOKEN_SECRET: "" });
    expect(config).toMatchObject({
      productPort: 1,
      orderPort: 8082,
      redisUrl: "redis://r",
      pageTokenSecret: undefined,
    });
  });

  test.each(["0", "65536", "80.5", "http"])("refuses the port %s, and names the variable", (value) => {
    expect(() => readConfig({ ORDER_PORT: value })).toThrow(
      `ORDER_PORT must be a port from 1 to 65535, got "${value}"`,
    );
  });

  test("several workers need a cache that they share", () => {
    expect(readConfig({ WORKERS: "4", REDIS_URL: "redis://r" }).workers).toBe(4);
    expect(() => readConfig({ WORKERS: "4" })).toThrow("WORKERS (--workers) is 4: set REDIS_URL");
    expect(() => readConfig({ WORKERS: "many" })).toThrow('a number from 1 to 64, got "many"');
  });

  test("refuses one port for two purposes", () => {
    expect(() => readConfig({ ORDER_PORT: "8081" })).toThrow("PRODUCT_PORT and ORDER_PORT are both 8081");
  });
});
