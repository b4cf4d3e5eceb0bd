import { expect, test } from "@jest/globals";
import { lockId } from "./lock-id.ts";

test("a name's lock never changes, and fits PostgreSQL's bigint", () => {
  expect(lockId("schema_migrations")).toBe(lockId("schema_migrations"));
  expect(lockId("")).toBe(-2039914840885289964n);
  for (const name of ["a", "b", "é"]) {
    expect(lockId(name)).toBeGreaterThanOrEqual(-(2n ** 63n));
    expect(lockId(name)).toBeLessThan(2n ** 63n);
  }
});
