import { describe, expect, test } from "@jest/globals";
import { HELP, readOptions } from "./args.ts";
import { UsageError } from "./usage-error.ts";

describe("the command line", () => {
  test("has a default for everything", () => {
    expect(readOptions([], {})).toEqual({
      products: 10_000,
      orders: 2_000,
      seed: 1,
      concurrency: 32,
      productUrl: "http://127.0.0.1:8081",
      orderUrl: "http://127.0.0.1:8082",
    });
  });

  test("sets each option", () => {
    const args = ["--products", "5", "--orders=7", "--seed", "42", "--concurrency", "3"];
    expect(readOptions(args, {})).toMatchObject({ products: 5, orders: 7, seed: 42, concurrency: 3 });
  });

  test("takes the addresses from the environment, without a slash at the end", () => {
    const env = { PRODUCT_URL: "https://shop.example/products/", ORDER_URL: " http://[::1]:9 " };
    expect(readOptions([], env)).toMatchObject({
      productUrl: "https://shop.example/products",
      orderUrl: "http://[::1]:9",
    });
    expect(readOptions([], { PRODUCT_URL: "" })).toMatchObject({ productUrl: "http://127.0.0.1:8081" });
  });

  test("asks for help before it looks at anything else", () => {
    expect(readOptions(["--help", "--products", "many"], {})).toBe("help");
    for (const option of ["--products", "--orders", "--seed", "--concurrency"]) expect(HELP).toContain(option);
  });

  test.each([
    [["--products", "-1"], {}, "--products"],
    [["--products", "many"], {}, '--products must be a whole number from 0 to 1000000, not "many"'],
    [["--products", "1.5"], {}, "--products must be"],
    [["--products", "1e3"], {}, "--products must be"],
    [["--products", ""], {}, "--products must be"],
    [["--products", "1000001"], {}, "--products must be"],
    [["--orders", "99999999999999999999"], {}, "--orders must be"],
    [["--concurrency", "0"], {}, "--concurrency must be"],
    [["--concurrency", "257"], {}, "--concurrency must be"],
    [["--seed", "abc"], {}, "--seed must be"],
    [["--products"], {}, "--products"],
    [["--products", "0", "--orders", "1"], {}, "--orders needs products"],
    [["--prodcuts", "1"], {}, "--prodcuts"],
    [["10000"], {}, "10000"],
    [[], { PRODUCT_URL: "127.0.0.1:8081" }, "PRODUCT_URL must be"],
    [[], { ORDER_URL: "ftp://127.0.0.1" }, "ORDER_URL must be"],
    [[], { ORDER_URL: "http://" }, "ORDER_URL must be"],
  ])("refuses %j with %j in one line", (args, env, told) => {
    const thrown = catchError(() => readOptions(args, env));
    expect(thrown).toBeInstanceOf(UsageError);
    expect(thrown.message).toContain(told);
    expect(thrown.message).not.toContain("\n");
  });

  function catchError(body: () => unknown): Error {
    try {
      body();
    } catch (error) {
      if (error instanceof Error) return error;
    }
    throw new Error("nothing was refused");
  }
});
