import { describe, expect, test } from "@jest/globals";
import { isReadyIdle, parseFarewell, tailOf } from "./farewell.ts";

function errorResponse(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

describe("parseFarewell", () => {
  const farewell = errorResponse("57P01", "terminating connection due to administrator command");

  test("finds the error that ends the bytes, wherever they begin", () => {
    for (const before of [Buffer.alloc(0), READY, Buffer.from("half a row, E, and more"), farewell]) {
      expect(parseFarewell(Buffer.concat([before, farewell]))).toEqual({
        code: "57P01",
        message: "terminating connection due to administrator command",
      });
    }
  });

  test("finds nothing in other bytes", () => {
    for (const bytes of [Buffer.alloc(0), READY, Buffer.concat([farewell, READY]), farewell.subarray(0, -1)]) {
      expect(parseFarewell(bytes)).toBeUndefined();
    }
  });
});

describe("isReadyIdle", () => {
  test("knows the last message across chunk borders", () => {
    const bytes = Buffer.concat([Buffer.from("rows"), READY]);
    for (let at = 0; at <= bytes.length; at++) {
      const tail = tailOf(tailOf(Buffer.alloc(0), bytes.subarray(0, at)), bytes.subarray(at));
      expect(isReadyIdle(tail)).toBe(true);
    }
  });

  test("an open or failed transaction is not idle", () => {
    for (const status of ["T", "E"]) {
      const bytes = Buffer.concat([READY.subarray(0, 5), Buffer.from(status)]);
      expect(isReadyIdle(tailOf(Buffer.alloc(0), bytes))).toBe(false);
    }
  });
});
