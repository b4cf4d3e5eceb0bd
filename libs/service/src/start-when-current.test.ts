import { describe, expect, test } from "@jest/globals";
import { createLogger } from "@skyport/rpc";
import { eventually } from "@skyport/testing";
import { startWhenCurrent } from "./start-when-current.ts";

const logger = createLogger({ name: "test", level: "silent" });

function setUp(pending: boolean) {
  const state = { pending, starts: 0, failures: 0 };
  const current = () => {
    if (state.pending) throw new Error("pending");
  };
  const start = async () => {
    state.starts++;
    if (state.failures-- > 0) throw new Error("cannot");
  };
  return { state, begin: () => startWhenCurrent(current, start, logger) };
}

describe("startWhenCurrent", () => {
  test("starts at once where the schema is current", async () => {
    const { state, begin } = setUp(false);
    await using _ = await begin();
    expect(state.starts).toBe(1);
  });

  test("and passes on what keeps it from starting", async () => {
    const { state, begin } = setUp(false);
    state.failures = 1;
    await expect(begin()).rejects.toThrow("cannot");
  });

  test("starts later where it is not, and tries again", async () => {
    const { state, begin } = setUp(true);
    await using _ = await begin();
    expect(state.starts).toBe(0);
    state.failures = 1;
    state.pending = false;
    await eventually(() => state.starts === 2);
  });

  test("never starts once it is disposed of", async () => {
    const { state, begin } = setUp(true);
    const waiting = await begin();
    await waiting[Symbol.asyncDispose]();
    state.pending = false;
    expect(state.starts).toBe(0);
  });
});
