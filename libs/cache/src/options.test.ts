import { expect, test } from "@jest/globals";
import { quarantineOf } from "./options.ts";

test("a quarantine lasts for an intent and a lease, unless it is said how long", () => {
  expect(quarantineOf({})).toBe(7_000);
  expect(quarantineOf({ intentTtlMs: 300, leaseMs: 20 })).toBe(320);
  expect(quarantineOf({ intentTtlMs: 300, leaseMs: 20, quarantineMs: 0 })).toBe(0);
});
