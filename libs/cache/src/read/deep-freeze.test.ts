import { expect, test } from "@jest/globals";
import { deepFreeze } from "./deep-freeze.ts";

test("nothing in a frozen value can be changed", () => {
  const value = { text: "a", list: [{ n: 1 }], nested: { n: 1n } };
  deepFreeze(value);
  expect(() => Object.assign(value, { text: "b" })).toThrow(TypeError);
  expect(() => value.list.push({ n: 2 })).toThrow(TypeError);
  expect(() => Object.assign(value.list[0] ?? {}, { n: 2 })).toThrow(TypeError);
  expect(() => Object.assign(value.nested, { n: 2n })).toThrow(TypeError);
  expect(value).toEqual({ text: "a", list: [{ n: 1 }], nested: { n: 1n } });
});

test("bytes are left as they are, and whatever is no object", () => {
  const value = { bytes: Buffer.from("ab"), nothing: null, text: "c" };
  deepFreeze(value);
  value.bytes[0] = 0x63;
  expect(value.bytes.toString()).toBe("cb");
  for (const scalar of [undefined, null, 1, "a", 1n]) expect(() => deepFreeze(scalar)).not.toThrow();
});

test("a value that contains itself comes to an end", () => {
  const value: { self?: object } = {};
  value.self = value;
  deepFreeze(value);
  expect(Object.isFrozen(value)).toBe(true);
});
