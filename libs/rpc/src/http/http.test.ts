import { expect, test } from "@jest/globals";
import { isAuthority } from "./authority.ts";
import { pathAndQuery } from "./request-target.ts";

test.each([
  "a",
  "localhost:8081",
  "127.0.0.1",
  "[::1]",
  "[::1]:80",
  "a.b-c_d.example:",
  "xn--a.example",
  "A.EXAMPLE:65535",
])("%j is an authority", (value) => {
  expect(isAuthority(value)).toBe(true);
  expect(isAuthority(value)).toBe(true);
  expect(() => new URL("/x", `http://${value}`)).not.toThrow();
});

test.each([
  undefined,
  "",
  " ",
  "a b",
  ":::",
  ":80",
  "a:99999",
  "a:x",
  "u@h",
  "u:p@h",
  "a/b",
  "a?b",
  "a#b",
  "a\\b",
  "[",
  "[::g]",
  "%zz",
  "http://a",
  "a,b c",
  "a\u0000",
  "é",
  "xn--a:1:2",
])("%j is none", (value) => {
  expect(isAuthority(value)).toBe(false);
});

test.each([
  ["/a?b=c", "/a?b=c"],
  ["//a", "//a"],
  ["http://h", "/"],
  ["http://h/", "/"],
  ["HTTPS://h:1/a/b?c#d", "/a/b?c"],
  ["http://h?x", "/?x"],
  ["*", undefined],
  ["", undefined],
  ["h:1", undefined],
  ["ftp://h/a", undefined],
  [undefined, undefined],
])("the path of %j is %j", (target, path) => {
  expect(pathAndQuery(target)).toBe(path);
});
