import { expect, test } from "@jest/globals";
import { FLAG, frame, grpcHeaders, TYPE } from "./http2-frames.ts";

test("a frame begins with its length, type, flags and stream", () => {
  const bytes = frame(TYPE.data, FLAG.endStream, 0x01020305, Buffer.from("abc"));
  expect(bytes.toString("hex")).toBe(`000003${"00"}${"01"}01020305${Buffer.from("abc").toString("hex")}`);
});

test("headers are put into the table once and then named by their places in it, the newest first", () => {
  const { first, later } = grpcHeaders("/s/M", "host:1");
  // POST and http from the static table, then four literals that are added: path, authority, content-type, te.
  expect(first.toString("latin1")).toBe(
    "\x83\x86" + "\x44\x04/s/M" + "\x41\x06host:1" + "\x5f\x16application/grpc+proto" + "\x40\x02te\x08trailers",
  );
  expect([...later]).toEqual([0x83, 0x86, 0x80 + 65, 0x80 + 64, 0x80 + 63, 0x80 + 62]);
});

test("a header that would need a longer length is refused", () => {
  expect(() => grpcHeaders(`/${"x".repeat(127)}`, "host")).toThrow("too long");
});
