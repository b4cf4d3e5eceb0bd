import { describe, expect, test } from "@jest/globals";
import { ConfigError, readAddresses } from "./config.ts";

describe("the addresses", () => {
  test("are those of npm start unless the environment says otherwise", () => {
    const defaults = { productUrl: "http://127.0.0.1:8081", orderUrl: "http://127.0.0.1:8082" };
    expect(readAddresses({})).toEqual(defaults);
    expect(readAddresses({ PRODUCT_URL: " ", ORDER_URL: "" })).toEqual(defaults);
    expect(readAddresses({ PRODUCT_URL: "https://a.example/x/", ORDER_URL: "http://b:1" })).toEqual({
      productUrl: "https://a.example/x",
      orderUrl: "http://b:1",
    });
  });

  test.each(["127.0.0.1:8081", "ftp://a", "http://", "http://a:b"])("cannot be %j", (value) => {
    expect(() => readAddresses({ PRODUCT_URL: value })).toThrow(ConfigError);
    expect(() => readAddresses({ ORDER_URL: value })).toThrow(/^ORDER_URL must be .*$/);
  });
});
