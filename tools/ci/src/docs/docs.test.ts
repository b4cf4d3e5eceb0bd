import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { DEFAULT_ADDRESSES, readdress, tryExample } from "./docs.ts";
import { openShell, type Shell } from "./shell.ts";

test("puts the services' addresses in the place of those that the pages name", () => {
  const addresses = { product: "http://127.0.0.1:4001", order: "https://orders.test" };
  expect(readdress("curl http://localhost:8081/x 127.0.0.1:8082 localhost:80810", addresses)).toBe(
    "curl http://127.0.0.1:4001/x orders.test localhost:80810",
  );
});

describe("an example", () => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await openShell({ GREETING: "hello" });
  });
  afterAll(async () => {
    await shell[Symbol.asyncDispose]();
  });
  const attempt = (script: string, text?: string) =>
    tryExample(
      shell,
      { page: "p.md", line: 1, script, ...(text === undefined ? {} : { expected: { kind: "text", text } }) },
      DEFAULT_ADDRESSES,
    );

  test("passes when it prints what the page says", async () => {
    expect(await attempt("echo $GREETING", "hello")).toBeUndefined();
  });

  test("fails when it prints something else", async () => {
    expect(await attempt("echo bye", "hello")).toMatch(/^printed something else\necho bye\nprinted:\nbye/);
  });

  test("fails with any failing command, also within a pipe", async () => {
    expect(await attempt("false; echo hello", "hello")).toMatch(/^the commands failed/);
    expect(await attempt("false | cat")).toMatch(/^the commands failed/);
    expect(await attempt('echo "$NOT_SET"')).toMatch(/NOT_SET/);
  });

  test("has the variables of those before it", async () => {
    expect(await attempt("NAME=\"a 'b' $(echo c)\"")).toBeUndefined();
    expect(await attempt('echo "$NAME"', "a 'b' c")).toBeUndefined();
  });
});
