import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { DomainError } from "@skyport/errors";
import { readConfig } from "../config/env-reader.ts";
import { createLogger, type LoggerOptions } from "./logger.ts";
import { readLogConfig } from "./read-log-config.ts";

function written(options: Partial<LoggerOptions>, write: (logger: ReturnType<typeof createLogger>) => void): string {
  let text = "";
  const destination = {
    write(line: string) {
      text += line;
    },
  };
  write(createLogger({ name: "product-svc", destination, ...options }));
  return text;
}

test("a line in JSON names the service and the time, not the host", () => {
  const line = JSON.parse(written({}, (logger) => logger.info({ a: 1 }, "hello")));
  expect(line).toEqual({
    level: 30,
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    service: "product-svc",
    a: 1,
    msg: "hello",
  });
});

test("a line for people is no JSON", () => {
  const line = written({ format: "pretty" }, (logger) => logger.info({ port: 8081 }, "hello"));
  expect(line).toMatch(/INFO: hello .*8081/);
  expect(line).not.toMatch(/^\{/);
});

test("the level holds lines back", () => {
  expect(written({ level: "warn" }, (logger) => logger.info("hello"))).toBe("");
});

describe("an error", () => {
  const logged = (err: unknown) => JSON.parse(written({}, (logger) => logger.error({ err }, "x"))).err;

  test("brings its causes, reason and code, and the frames of its stack", () => {
    const system = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const domain = new DomainError("DATABASE_UNAVAILABLE", "the database cannot be reached", { cause: system });
    const err = logged(new ConnectError("gone", Code.Unavailable, undefined, undefined, domain));
    expect(err).toMatchObject({
      type: "ConnectError",
      message: "gone",
      cause: {
        type: "DomainError",
        reason: "DATABASE_UNAVAILABLE",
        cause: { message: "connect ECONNREFUSED", code: "ECONNREFUSED" },
      },
    });
    expect(err.stack).toMatch(/^at /);
  });

  test("leaves out what drivers hang on it: queries and their parameters", () => {
    const error = Object.assign(new Error("Failed query: insert into t values ($1)\nparams: a secret\nand more"), {
      query: "insert",
      parameters: ["a secret"],
      params: ["a secret"],
    });
    expect(logged(error).message).toBe("Failed query: insert into t values ($1)");
    expect(JSON.stringify(logged(new Error("outer", { cause: error })))).not.toContain("a secret");
  });

  test("that causes itself ends", () => {
    const ring: Error = new Error("ring");
    ring.cause = ring;
    expect(JSON.stringify(logged(ring)).length).toBeLessThan(20_000);
  });

  test.each([["a string"], [undefined], [null], [{ secret: 1 }]])("may be no Error: %j", (value) => {
    expect(JSON.stringify(logged(value) ?? {})).not.toMatch(/a string|secret/);
  });
});

test("LOG_LEVEL, LOG_FORMAT and NODE_ENV choose", () => {
  expect(readConfig({}, readLogConfig)).toEqual({ level: "info", format: "pretty" });
  expect(readConfig({ NODE_ENV: "production" }, readLogConfig)).toEqual({ level: "info", format: "json" });
  expect(readConfig({ LOG_FORMAT: "json", LOG_LEVEL: "warn" }, readLogConfig)).toEqual({
    level: "warn",
    format: "json",
  });
  expect(() => readConfig({ LOG_LEVEL: "loud" }, readLogConfig)).toThrow("LOG_LEVEL");
});
