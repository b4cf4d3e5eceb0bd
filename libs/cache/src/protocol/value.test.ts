import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { openValue, sealValue } from "./value.ts";

test("a row comes back as it was sealed", () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.uint8Array(),
      (schema, version, payload) => {
        const opened = openValue(sealValue(schema, { version, value: payload }));
        expect(opened?.schema).toBe(schema);
        expect(opened?.row?.version).toBe(version);
        expect(Buffer.from(opened?.row?.value ?? []).equals(payload)).toBe(true);
      },
    ),
  );
});

test("an absence comes back as one", () => {
  expect(openValue(sealValue(3, undefined))).toEqual({ schema: 3, row: undefined });
});

test("the form is the documented one", () => {
  expect(sealValue(2, { version: 17n, value: Buffer.from("xyz") }).toString()).toBe("V2.17|xyz");
  expect(sealValue(2, undefined).toString()).toBe("V2.-|");
});

test("a sealed value holds no more memory than it needs", () => {
  for (const sealed of [sealValue(2, { version: 17n, value: Buffer.from("xyz") }), sealValue(2, undefined)]) {
    expect(sealed.buffer.byteLength).toBe(sealed.byteLength);
  }
});

test.each(["", "V", "V1.2", "V1|x", "Vx.1|", "V1.--|", "L1.2|x", `V${"1".repeat(60)}.1|`])("%p is no value", (text) => {
  expect(openValue(Buffer.from(text))).toBeUndefined();
});

test("a value in the middle of a larger buffer is read in place", () => {
  const whole = Buffer.concat([
    Buffer.from("noise"),
    sealValue(1, { version: 5n, value: Buffer.from("pay|load") }),
    Buffer.from("noise"),
  ]);
  const opened = openValue(whole.subarray(5, whole.length - 5));
  expect(Buffer.from(opened?.row?.value ?? []).toString()).toBe("pay|load");
});
