import { describe, expect, test } from "@jest/globals";
import { ConfigError } from "./config-error.ts";
import { type Env, type EnvReader, readConfig } from "./env-reader.ts";

const SECRET = "hunter2-hunter2";

function problemsOf(env: Env, build: (env: EnvReader) => unknown): readonly string[] {
  try {
    readConfig(env, build);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("values", () => {
  test("of every kind", () => {
    const env = {
      NAME: "a",
      COUNT: "-3",
      PORT: "8081",
      ON: "true",
      LEVEL: "info",
      URL: "https://a.example/x",
      DB: "postgres://u:p@h/d",
      LIST: " a, b,,c ",
      SECRET,
    };
    const config = readConfig(env, (read) => ({
      name: read.readString("NAME"),
      count: read.readInteger("COUNT", { min: -5, max: 5 }),
      port: read.readPort("PORT"),
      on: read.readBoolean("ON"),
      level: read.readEnum("LEVEL", ["debug", "info"]),
      url: read.readUrl("URL"),
      database: read.readUrl("DB", { protocols: ["postgres:", "postgresql:"] }),
      list: read.readList("LIST"),
      secret: read.readSecret("SECRET", 8),
      optional: read.readOptional("NONE"),
      optionalUrl: read.readOptionalUrl("NONE"),
    }));
    expect(config).toEqual({
      name: "a",
      count: -3,
      port: 8081,
      on: true,
      level: "info",
      url: "https://a.example/x",
      database: "postgres://u:p@h/d",
      list: ["a", "b", "c"],
      secret: SECRET,
      optional: undefined,
      optionalUrl: undefined,
    });
  });

  test("unset and empty take the default", () => {
    const build = (read: EnvReader) => [
      read.readPort("PORT", { default: 1 }),
      read.readEnum("LEVEL", ["a", "b"], { default: "b" }),
      read.readUrl("URL", { default: "http://d" }),
      read.readList("LIST"),
      read.readBoolean("ON", { default: false }),
      read.readSwitch("FAST", { default: true }),
    ];
    const defaults = [1, "b", "http://d", [], false, true];
    expect(readConfig({}, build)).toEqual(defaults);
    expect(readConfig({ PORT: "", LEVEL: "", URL: "", LIST: "", ON: "" }, build)).toEqual(defaults);
  });
});

describe("problems", () => {
  test("come all at once, one line each, which names the variable and what it takes", () => {
    const problems = problemsOf({ PORT: "http", LEVEL: "loud", DB: "mysql://x" }, (read) => [
      read.readPort("PORT"),
      read.readEnum("LEVEL", ["info", "warn"]),
      read.readUrl("DB", { protocols: ["postgres:"] }),
      read.readSecret("TOKEN", 32),
      read.readString("NAME"),
    ]);
    expect(problems).toEqual([
      "PORT is not valid: it takes a port from 0 to 65535",
      "LEVEL is not valid: it takes one of info, warn",
      "DB is not valid: it takes a URL (postgres://...)",
      "TOKEN is missing: it takes a secret of at least 32 bytes",
      "NAME is missing: it takes text",
    ]);
  });

  test.each(["65536", "-1", "80.5", "0x50", " 80", "1e3", "999999"])("the port %j", (PORT) => {
    expect(problemsOf({ PORT }, (read) => read.readPort("PORT"))).toHaveLength(1);
  });

  test.each(["6", "-6", "1.5", "", "NaN", "1e1", "9".repeat(20)])("the number %j from -5 to 5", (N) => {
    expect(problemsOf({ N }, (read) => read.readInteger("N", { min: -5, max: 5 }))).toHaveLength(1);
  });

  test.each(["a.example", "ftp://a", "http:", "://"])("the URL %j", (URL) => {
    expect(problemsOf({ URL }, (read) => read.readUrl("URL"))).toHaveLength(1);
    expect(problemsOf({ URL }, (read) => read.readOptionalUrl("URL"))).toHaveLength(1);
  });

  test("a switch is on or off", () => {
    expect(readConfig({ A: "on", B: "off" }, (read) => [read.readSwitch("A"), read.readSwitch("B")])).toEqual([
      true,
      false,
    ]);
    expect(problemsOf({ A: "true" }, (read) => read.readSwitch("A"))).toEqual(["A is not valid: it takes on or off"]);
  });

  test("never repeat a value", () => {
    const problems = problemsOf({ A: SECRET, B: SECRET, C: SECRET, D: SECRET, E: SECRET }, (read) => [
      read.readPort("A"),
      read.readUrl("B"),
      read.readEnum("C", ["x"]),
      read.readSecret("D", 32),
      read.readBoolean("E"),
    ]);
    expect(problems).toHaveLength(5);
    expect(problems.join()).not.toContain("hunter2");
  });

  test("a secret's length is in bytes", () => {
    expect(problemsOf({ S: "éé" }, (read) => read.readSecret("S", 4))).toEqual([]);
    expect(problemsOf({ S: "éé" }, (read) => read.readSecret("S", 5))).toHaveLength(1);
  });

  test("a rule over several variables can add its own", () => {
    const problems = problemsOf({}, (read) =>
      read.reject("DATABASE_DIRECT_URL", "a URL when DATABASE_URL is a pooler's"),
    );
    expect(problems).toEqual(["DATABASE_DIRECT_URL takes a URL when DATABASE_URL is a pooler's"]);
  });
});
