import { describe, expect, test } from "@jest/globals";
import { httpRequest, readHttpAnswer } from "./http-answer.ts";

const PLAIN = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";
const CHUNKED = "HTTP/1.1 404 Not Found\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\nA\r\nlo, reader\r\n0\r\n\r\n";

function read(text: string) {
  const answer = readHttpAnswer(Buffer.from(text, "latin1"));
  return answer && { ...answer, body: answer.body.toString("latin1") };
}

describe("an HTTP answer", () => {
  test("is read by its length", () => {
    expect(read(PLAIN)).toEqual({ status: 200, body: "hello", size: PLAIN.length });
  });

  test("is read in chunks", () => {
    expect(read(CHUNKED)).toEqual({ status: 404, body: "hello, reader", size: CHUNKED.length });
  });

  test("ends where the next one begins", () => {
    expect(read(PLAIN + CHUNKED)?.size).toBe(PLAIN.length);
    expect(read(CHUNKED + PLAIN)?.size).toBe(CHUNKED.length);
  });

  test.each([PLAIN, CHUNKED])("is waited for until it is whole: %j", (text) => {
    for (let length = 0; length < text.length; length++) expect(read(text.slice(0, length))).toBeUndefined();
  });

  test("that has no end is refused", () => {
    expect(() => read("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello")).toThrow("neither a length nor chunks");
  });
});

test("a request tells the length of its body in bytes", () => {
  const request = httpRequest("POST", "/a", "application/json", Buffer.from('"é"')).toString("utf8");
  expect(request).toMatch(/^POST \/a HTTP\/1\.1\r\nhost: 127\.0\.0\.1\r\n/);
  expect(request).toMatch(/\r\ncontent-length: 4\r\n\r\n"é"$/);
});
