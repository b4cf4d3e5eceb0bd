import { expect, test } from "@jest/globals";
import { Driver, type MakeStore, sealed } from "./harness.ts";

/**
 * Short against a test's patience. What has to happen before it is over is sent in one go, without waiting for answers
 * in between: no machine is too slow for it then.
 */
const SHORT_MS = 80;

/** For what cannot be sent in one go. */
const LONG_MS = 1_000;

/** What ends by itself. */
export function timeCases(make: MakeStore): void {
  test("a lease ends: another reader takes over, and the first one no longer fills", async () => {
    await using store = await Driver.make(make, { leaseMs: SHORT_MS });
    await store.look("k", "dead");
    await store.elapse(SHORT_MS);
    expect(await store.look("k", "heir")).toBe("leased");
    expect(await store.fill("k", "dead", sealed("old"))).toBe(false);
  });

  test("a value ends", async () => {
    await using store = await Driver.make(make);
    await store.look("k", "a");
    await store.fill("k", "a", sealed("1", SHORT_MS));
    await store.elapse(SHORT_MS);
    expect(await store.look("k")).toBe("leased");
  });

  test("an offered value ends", async () => {
    await using store = await Driver.make(make);
    await store.intend("k", "a");
    await store.release("k", "a", sealed("1", SHORT_MS));
    await store.elapse(SHORT_MS);
    expect(await store.look("k")).toBe("leased");
  });

  test("an intent whose writer died ends: a reader takes the lease", async () => {
    await using store = await Driver.make(make);
    const [, state] = await Promise.all([store.intend("k", "dead", SHORT_MS), store.look("k")]);
    expect(state).toBe("writing");
    await store.elapse(SHORT_MS);
    expect(await store.look("k", "a")).toBe("leased");
    expect(await store.fill("k", "a", sealed("1"))).toBe(true);
  });

  test("an intent that has ended does not contend with the next one", async () => {
    await using store = await Driver.make(make);
    await store.intend("k", "dead", SHORT_MS);
    await store.elapse(SHORT_MS);
    await store.intend("k", "a");
    await store.release("k", "a", sealed("a"));
    expect(await store.look("k")).toBe("value:a");
  });

  test("an intent that ended beside another leaves it contended", async () => {
    await using store = await Driver.make(make);
    await Promise.all([store.intend("k", "dead", SHORT_MS), store.intend("k", "a")]);
    await store.elapse(SHORT_MS);
    expect(await store.look("k")).toBe("writing");
    expect(await store.release("k", "a", sealed("a"))).toBe("contended");
    expect(await store.peek("k")).toBe("leased");
  });

  test("the fence: a release that comes after its intent's end removes what was filled meanwhile", async () => {
    await using store = await Driver.make(make);
    await store.intend("k", "slow", SHORT_MS);
    await store.elapse(SHORT_MS);
    await store.put("k", "old");
    await store.release("k", "slow", sealed("new"));
    expect(await store.peek("k")).toBe("leased");
  });

  test("a renewed intent lives on", async () => {
    await using store = await Driver.make(make);
    await Promise.all([store.intend("k", "a", SHORT_MS), store.intend("k", "a", 10_000)]);
    await store.elapse(SHORT_MS);
    expect(await store.look("k")).toBe("writing");
  });

  test("the last intent to end ends the entry", async () => {
    await using store = await Driver.make(make);
    await Promise.all([store.intend("k", "a", SHORT_MS * 2), store.intend("k", "b", SHORT_MS)]);
    await store.elapse(SHORT_MS * 2);
    expect(await store.look("k")).toBe("leased");
  });

  test("in quarantine nothing becomes a value, and a lease that fails to fill is free again", async () => {
    await using store = await Driver.make(make, { quarantineMs: 10_000 });
    await store.look("k", "a");
    expect(await store.fill("k", "a", sealed("1"))).toBe(false);
    expect(await store.peek("k")).toBe("leased");
    await store.intend("k", "w");
    expect(await store.look("k")).toBe("writing");
    await store.release("k", "w", sealed("2"));
    expect(await store.peek("k")).toBe("leased");
  });

  test("after quarantine values are kept", async () => {
    await using store = await Driver.make(make, { quarantineMs: SHORT_MS });
    await store.elapse(SHORT_MS);
    await store.put("k", "1");
    expect(await store.look("k")).toBe("value:1");
  });

  test("an intent that was taken in quarantine makes no offer after it: writes whose intents are lost may have overlapped", async () => {
    await using store = await Driver.make(make, { quarantineMs: LONG_MS });
    await store.intend("k", "w");
    await store.elapse(LONG_MS);
    await store.release("k", "w", sealed("older"));
    expect(await store.peek("k")).toBe("leased");
  });
}
