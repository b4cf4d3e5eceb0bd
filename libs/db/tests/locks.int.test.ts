import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { eventually } from "@skyport/testing";
import {
  type Database,
  LockHeld,
  lockForTransaction,
  SessionLock,
  type SessionLockOptions,
  tryLockForTransaction,
} from "../src/index.ts";
import { createFixture, type Fixture, query, soon } from "./support/database.ts";

let fixture: Fixture;
let database: Database;
beforeAll(async () => {
  fixture = await createFixture();
  database = fixture.open();
});
afterAll(() => fixture.close());

const acquire = (url: string, options: Partial<SessionLockOptions> = {}) =>
  SessionLock.acquire({ url, name: "in-process cache", deadline: soon(), onLost: () => undefined, ...options });

describe("SessionLock", () => {
  test("has one holder at a time; the second is refused in one line", async () => {
    const lost: unknown[] = [];
    const first = await acquire(fixture.url, { onLost: (error) => lost.push(error) });
    await expect(acquire(fixture.url)).rejects.toThrow(LockHeld);
    await expect(acquire(fixture.url)).rejects.toThrow(/^another process holds the database lock "in-process cache"$/);
    await first.close();
    expect([first.held, lost]).toEqual([false, []]);
    await using second = await eventually(() => acquire(fixture.url));
    expect(second.held).toBe(true);
  });

  test("tells once when the server ends its connection", async () => {
    const lost: unknown[] = [];
    await using lock = await acquire(fixture.url, { onLost: (error) => lost.push(error) });
    await query(
      fixture.admin,
      "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
    );
    await eventually(() => lost.length > 0);
    expect(lost).toMatchObject([{ name: "ConnectionLost", code: "57P01" }]);
    expect(lock.held).toBe(false);
  });

  describe("whose holder is cut off", () => {
    const HEARTBEAT_MS = 50;
    let lost: unknown[];
    let cutOff: SessionLock;
    beforeEach(async () => {
      lost = [];
      const onLost = (error: unknown) => lost.push(error);
      cutOff = await acquire(fixture.link.through(fixture.url), { onLost, heartbeatMs: HEARTBEAT_MS });
      fixture.link.blackhole();
      await eventually(() => lost.length > 0);
    });
    afterEach(async () => {
      fixture.link.restore();
      fixture.link.drop();
      const next = await eventually(() => acquire(fixture.url));
      await next.close();
      expect(lost).toHaveLength(1);
    });

    test("tells so, though the server may still hold it", async () => {
      expect(cutOff.held).toBe(false);
      await expect(acquire(fixture.url)).rejects.toThrow(LockHeld);
    });

    test("is taken again by that holder, whose old session is ended, and by nobody else", async () => {
      await using again = await acquire(fixture.url, { lost: cutOff });
      expect(again.held).toBe(true);
      // What was lost is long over: it ends nobody else's session.
      await expect(acquire(fixture.url, { lost: cutOff })).rejects.toThrow(LockHeld);
      expect(again.held).toBe(true);
    });
  });

  test("a holder that was too busy to hear the answer in time has not lost it", async () => {
    const lost: unknown[] = [];
    await using lock = await acquire(fixture.url, { onLost: (error) => lost.push(error), heartbeatMs: 100 });
    // In each turn a heartbeat is due, and its time is over before its answer can be read.
    for (let turn = 0; turn < 10; turn++) {
      await new Promise(setImmediate);
      for (const end = performance.now() + 120; performance.now() < end; );
    }
    expect([lock.held, lost]).toEqual([true, []]);
  });
});

describe("a lock for a transaction", () => {
  test("keeps others out until the transaction ends", async () => {
    const order: string[] = [];
    const locked = Promise.withResolvers<void>();
    const holder = database.transaction({ deadline: soon() }, async (tx) => {
      await lockForTransaction(tx, "product/x");
      locked.resolve();
      await database.transaction({ deadline: soon() }, async (other) => {
        expect(await tryLockForTransaction(other, "product/x")).toBe(false);
        expect(await tryLockForTransaction(other, "product/y")).toBe(true);
      });
      order.push("first");
    });
    await locked.promise;
    await database.transaction({ deadline: soon() }, async (tx) => {
      await lockForTransaction(tx, "product/x");
      order.push("second");
    });
    await holder;
    expect(order).toEqual(["first", "second"]);
  });
});

test("a database's identity is its server's, its own and the timeline's", async () => {
  const identity = await database.identity(soon());
  expect(identity).toMatch(/^\d{18,20}:\d+:1$/);
  expect(await fixture.admin.identity(soon())).toBe(identity);
});
