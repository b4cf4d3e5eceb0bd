import { describe, expect, test } from "@jest/globals";
import { HELP, readOptions } from "./args.ts";
import { AuditError } from "./audit-error.ts";

describe("the command line", () => {
  test("has a default for everything, and repairs nothing", () => {
    expect(readOptions([], {})).toEqual({
      pageSize: 1_000,
      json: false,
      repair: undefined,
      productUrl: "http://127.0.0.1:8081",
      orderUrl: "http://127.0.0.1:8082",
    });
  });

  test("sets each option", () => {
    expect(readOptions(["--page-size", "7", "--json"], {})).toMatchObject({ pageSize: 7, json: true });
    expect(readOptions(["--repair"], {})).toMatchObject({ repair: { apply: false, olderThanMs: 600_000 } });
    const args = ["--repair", "--yes", "--older-than=2h"];
    expect(readOptions(args, {})).toMatchObject({ repair: { apply: true, olderThanMs: 7_200_000 } });
  });

  test("takes the addresses from the environment, without a slash at the end", () => {
    const env = { PRODUCT_URL: "https://shop.example/products/", ORDER_URL: " http://[::1]:9 " };
    const urls = { productUrl: "https://shop.example/products", orderUrl: "http://[::1]:9" };
    expect(readOptions([], env)).toMatchObject(urls);
    expect(readOptions([], { PRODUCT_URL: "" })).toMatchObject({ productUrl: "http://127.0.0.1:8081" });
  });

  test("asks for help before it looks at anything else", () => {
    expect(readOptions(["--help", "--page-size", "many"], {})).toBe("help");
    for (const option of ["--page-size", "--json", "--repair", "--yes", "--older-than"]) expect(HELP).toContain(option);
  });

  test.each([
    [["--page-size", "0"], {}, '--page-size must be a whole number from 1 to 1000, not "0"'],
    [["--page-size", "1001"], {}, "--page-size must be"],
    [["--page-size", "1e2"], {}, "--page-size must be"],
    [["--page-size", "-1"], {}, "--page-size"],
    [["--page-size"], {}, "--page-size"],
    [["--yes"], {}, "--yes needs --repair"],
    [["--older-than", "1h"], {}, "--older-than needs --repair"],
    [
      ["--repair", "--older-than", "soon"],
      {},
      '--older-than must be a time such as 90s, 10m, 2h or 7d, from 1m, not "soon"',
    ],
    [["--repair", "--older-than", "59s"], {}, "--older-than must be"],
    [["--repair", "--older-than", ""], {}, "--older-than must be"],
    [["--jsn"], {}, "--jsn"],
    [["now"], {}, "now"],
    [[], { PRODUCT_URL: "127.0.0.1:8081" }, "PRODUCT_URL must be"],
    [[], { ORDER_URL: "ftp://127.0.0.1" }, "ORDER_URL must be"],
  ])("refuses %j with %j in one line", (args, env, told) => {
    const thrown = catchError(() => readOptions(args, env));
    expect(thrown).toBeInstanceOf(AuditError);
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
