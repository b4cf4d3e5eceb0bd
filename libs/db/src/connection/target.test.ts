import { describe, expect, test } from "@jest/globals";
import { parseTarget } from "./target.ts";

describe("parseTarget", () => {
  test("reads every part", () => {
    expect(
      parseTarget("postgres://us%40er:p%3Aw%2F@db.example:6432/sh%C3%B6p?sslmode=require&application_name=svc"),
    ).toEqual({
      addresses: [{ host: "db.example", port: 6432 }],
      user: "us@er",
      password: "p:w/",
      database: "shöp",
      sslMode: "require",
      ca: undefined,
      applicationName: "svc",
    });
  });

  test("has libpq's defaults", () => {
    expect(parseTarget("postgresql://me@/")).toMatchObject({
      addresses: [{ host: "localhost", port: 5432 }],
      user: "me",
      password: "",
      database: "me",
      sslMode: "prefer",
    });
  });

  test("takes several hosts, IPv6 and a Unix socket", () => {
    expect(parseTarget("postgres://u@a:1,b,[::1]:3/d").addresses).toEqual([
      { host: "a", port: 1 },
      { host: "b", port: 5432 },
      { host: "::1", port: 3 },
    ]);
    expect(parseTarget("postgres://u@/d?host=/run/postgresql").addresses).toEqual([
      { host: "/run/postgresql", port: 5432 },
    ]);
  });

  test.each([
    ["mysql://u:secret@h/d", /expected postgres/],
    ["postgres://u:secret@h/d?sslmode=maybe", /sslmode takes one of/],
    ["postgres://u:secret@h/d?statement_timeout=1", /unknown parameter statement_timeout/],
    ["postgres://u:secret@h:port/d", /a host cannot be parsed/],
  ])("refuses %s in one line without the password", (url, message) => {
    const attempt = () => parseTarget(url);
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow(/secret|\n/);
  });
});
