import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "@skyport/testing";
import { type Database, LockHeld, lockForTransaction, SessionLock, tryLockForTransaction } from "../src/index.ts";
import { createFixture, type Fixture, query, soon } from "./support/database.ts";

let fixture: Fixture;
let database: Database;
beforeAll(async () => {
  fixture = await createFixture();
  database = fixture.open();
});
afterAll(() => fixture.close());

const acquire = (url: string, onLost: (error: unknown) => void = () => undefined) =>
  SessionLock.acquire({ url, name: "in-process cache", deadline: soon(), onLost, heartbeatMs: 50 });

describe("SessionLock", () => {
  test("has one holder at a time; the second is refused in one line", async () => {
    const lost: unknown[] = [];
    const first = await acquire(fixture.url, (error) => lost.push(error));
    await expect(acquire(fixture.url)).rejects.toThrow(LockHeld);
    await expect(acquire(fixture.url)).rejects.toThrow(/^another process holds the database lock "in-process cache"$/);
    await first.close();
    expect([first.held, lost]).toEqual([false, []]);
    await using second = await eventually(() => acquire(fixture.url));
    expect(second.held).toBe(true);
  });

  test("tells once when the server ends its connection", async () => {
    const lost: unknown[] = [];
    await using lock = await acquire(fixture.url, (error) => lost.push(error));
    await query(
      fixture.admin,
      "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
    );
    await eventually(() => lost.length > 0);
    expect(lost).toMatchObject([{ name: "ConnectionLost", code: "57P01" }]);
    expect(lock.held).toBe(false);
  });

  test("tells when it hears nothing any more, though the server may still hold it", async () => {
    const lost: unknown[] = [];
    await using _ = await acquire(fixture.link.through(fixture.url), (error) => lost.push(error));
    fixture.link.blackhole();
    await eventually(() => lost.length > 0);
    await expect(acquire(fixture.url)).rejects.toThrow(LockHeld);
    fixture.link.restore();
    fixture.link.drop();
    const next = await eventually(() => acquire(fixture.url));
    await next.close();
    expect(lost).toHaveLength(1);
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
