import { expect, test } from "@jest/globals";
import { parseReply } from "./reply.ts";

test.each([
  ["+OK\r\n", "OK"],
  [":-12\r\n", -12],
  ["$-1\r\n", null],
  ["*-1\r\n", null],
  ["$0\r\n\r\n", ""],
  ["$4\r\na\r\nb\r\n", "a\r\nb"],
  ["*0\r\n", []],
  ["*3\r\n:1\r\n*2\r\n+a\r\n$-1\r\n$1\r\nb\r\n", [1, ["a", null], "b"]],
])("%j is %j, and nothing while any of it is missing", (text, reply) => {
  expect(parseReply(`${text}+more`)).toEqual({ reply, next: text.length });
  for (let length = 0; length < text.length; length += 1) expect(parseReply(text.slice(0, length))).toBeUndefined();
});

test("an error answer is an Error, inside an array too", () => {
  expect(parseReply("-NOAUTH Authentication required.\r\n")?.reply).toEqual(
    new Error("NOAUTH Authentication required."),
  );
  expect(parseReply("*2\r\n-EXECABORT\r\n+OK\r\n")?.reply).toEqual(new Error("EXECABORT"));
});

test("what is no answer is told", () => {
  expect(() => parseReply("HTTP/1.1 400\r\n")).toThrow("not an answer of Redis: HTTP/1.1 400");
});
