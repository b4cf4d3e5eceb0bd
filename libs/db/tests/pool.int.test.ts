import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { eventually } from "@skyport/testing";
import type { Session } from "../src/index.ts";
import { backends, createFixture, type Fixture, query, raw, reasonOf, soon } from "./support/database.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture();
});
afterAll(() => fixture.close());

const pid = raw("select pg_backend_pid() as pid");
const sleep = (ms: number) => raw(`select pg_sleep(${ms / 1_000})`);

describe("size", () => {
  test("start opens the minimum, use one more than is needed, up to the maximum", async () => {
    await using database = fixture.open({ minConnections: 2, maxConnections: 4 });
    await database.start(soon());
    await eventually(() => database.stats.idle === 2);
    const gates = [1, 2, 3, 4, 5].map(() => Promise.withResolvers<void>());
    const units = gates.map((gate) => database.read(soon(), () => gate.promise));
    await eventually(() => {
      expect(database.stats).toEqual({ idle: 0, leased: 4, connecting: 0, waiting: 1 });
    });
    gates[0]?.resolve();
    await eventually(() => database.stats.waiting === 0);
    for (const gate of gates) gate.resolve();
    await Promise.all(units);
    expect((await backends(fixture.admin)).length).toBe(4);
  });

  test("one at a time, in order of arrival", async () => {
    await using database = fixture.open({ minConnections: 1, maxConnections: 1 });
    const order: number[] = [];
    let inside = 0;
    await Promise.all(
      [1, 2, 3, 4, 5, 6].map((number) =>
        database.read(soon(), async (session) => {
          expect(++inside).toBe(1);
          await session.run(pid, {});
          order.push(number);
          inside -= 1;
        }),
      ),
    );
    expect(order).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("connections beyond the minimum are closed when they are idle", async () => {
    await using database = fixture.open({ minConnections: 1, maxConnections: 3, idleTimeoutMs: 20 });
    await Promise.all([1, 2, 3].map(() => database.read(soon(), (session) => session.run(sleep(20), {}))));
    await eventually(() => {
      expect(database.stats).toEqual({ idle: 1, leased: 0, connecting: 0, waiting: 0 });
    });
    await eventually(async () => (await backends(fixture.admin)).length === 1);
  });

  test("an old connection is replaced", async () => {
    await using database = fixture.open({ minConnections: 1, maxConnections: 1, maxLifetimeMs: 1 });
    const seen = new Set<unknown>();
    await eventually(async () => {
      const row = JSON.stringify(await database.read(soon(), (session) => session.run(pid, {})));
      return seen.add(row).size >= 3;
    });
  });
});

describe("deadlines", () => {
  test("a caller who waits for a connection gives up at its deadline; the next one is served", async () => {
    await using database = fixture.open({ maxConnections: 1, minConnections: 1 });
    const gate = Promise.withResolvers<void>();
    const holder = database.read(soon(), () => gate.promise);
    const late = reasonOf(database.ping(Deadline.after(30)));
    const patient = database.ping(soon());
    expect(await late).toBe("DEADLINE_EXCEEDED");
    gate.resolve();
    await Promise.all([holder, patient]);
  });

  test("an expired deadline sends nothing", async () => {
    await using database = fixture.open();
    expect(await reasonOf(database.ping(Deadline.after(0)))).toBe("DEADLINE_EXCEEDED");
    expect(database.stats).toEqual({ idle: 0, leased: 0, connecting: 0, waiting: 0 });
  });

  test("a statement cut short keeps its connection until the server has ended it, then it is used again", async () => {
    await using database = fixture.open({ minConnections: 1, maxConnections: 1 });
    const [before] = await query(database, "select pg_backend_pid() as pid");
    expect(await reasonOf(query(database, "select pg_sleep(5)", Deadline.after(130)))).toBe("DEADLINE_EXCEEDED");
    expect(database.stats.leased).toBe(1);
    const [after] = await query(database, "select pg_backend_pid() as pid");
    expect(after).toEqual(before);
  });

  test("a body that waits for something else is left at the deadline", async () => {
    await using database = fixture.open();
    const never = new Promise<never>(() => undefined);
    expect(await reasonOf(database.read(Deadline.after(30), () => never))).toBe("DEADLINE_EXCEEDED");
    await eventually(() => database.stats.leased === 0);
  });
});

describe("the connection of a unit", () => {
  test("runs nothing once the unit is over", async () => {
    await using database = fixture.open();
    let kept: Session | undefined;
    await database.read(soon(), async (session) => {
      kept = session;
    });
    await expect(kept?.run(pid, {})).rejects.toThrow(/the unit of work is over/);
  });

  test("is not used again when a transaction was left open on it", async () => {
    await using database = fixture.open({ minConnections: 1, maxConnections: 1 });
    const [before] = await query(database, "select pg_backend_pid() as pid");
    await query(database, "begin");
    const [after] = await query(database, "select pg_backend_pid() as pid");
    expect(after).not.toEqual(before);
  });

  test("is not used again before a statement that nobody awaited is answered", async () => {
    await using database = fixture.open({ minConnections: 1, maxConnections: 1 });
    let stray: Promise<unknown> | undefined;
    await database.read(soon(), async (session) => {
      stray = session.run(sleep(60), {});
    });
    let answered = false;
    void stray?.then(() => {
      answered = true;
    });
    await database.read(soon(), async () => {
      await new Promise(setImmediate);
      expect(answered).toBe(true);
    });
  });
});

describe("a server that is away", () => {
  test.each([2, 0])(
    "callers are refused at once, and served again when it is back, with a minimum of %i",
    async (min) => {
      await using database = fixture.open({ minConnections: min });
      await database.start(soon());
      fixture.link.cut();
      // Without a deadline: one that were waited for would never end.
      await eventually(async () => (await reasonOf(database.ping(Deadline.NEVER))) === "DATABASE_UNAVAILABLE");
      // The one above may have met a connection as it was cut; from here on there is none left, and none to be had.
      await eventually(() => database.events.some(({ kind }) => kind === "connect_failed"));
      expect(await reasonOf(database.ping(Deadline.NEVER))).toBe("DATABASE_UNAVAILABLE");
      fixture.link.restore();
      await eventually(() => database.ping(soon()));
    },
  );

  test("it is looked for twice a second at least, and attempts that fail together lengthen the pause once", async () => {
    await using database = fixture.open({ minConnections: 0, maxConnections: 10 });
    fixture.link.cut();
    await Promise.all(Array.from({ length: 10 }, () => reasonOf(database.ping(soon()))));
    const pauses = () => database.events.flatMap((event) => (event.kind === "connect_failed" ? [event.retryInMs] : []));
    await eventually(() => pauses().length >= 16, { withinMs: 10_000 });
    // A pause is random: those that tell the same one share it. On a busy machine the ten need not fail in one pause.
    expect(new Set(pauses().slice(0, 10)).size).toBeLessThan(5);
    expect(Math.max(...pauses())).toBeLessThanOrEqual(500);
    fixture.link.restore();
    await eventually(() => database.ping(soon()));
  });

  test("a connect that gets no answer ends at the caller's deadline, and later callers are refused at once", async () => {
    await using database = fixture.open({ connectTimeoutMs: 200 });
    fixture.link.blackhole();
    expect(await reasonOf(database.ping(Deadline.after(50)))).toBe("DEADLINE_EXCEEDED");
    await eventually(async () => (await reasonOf(database.ping(soon()))) === "DATABASE_UNAVAILABLE");
    fixture.link.restore();
    await eventually(() => database.ping(soon()));
  });

  test("what hangs on a dead link is dropped, with everything else that is idle on it", async () => {
    await using database = fixture.open({ minConnections: 3, connectTimeoutMs: 200 });
    await database.start(soon());
    await eventually(() => database.stats.idle === 3);
    fixture.link.blackhole();
    expect(await reasonOf(database.ping(Deadline.after(40)))).toBe("DEADLINE_EXCEEDED");
    await eventually(() => {
      expect(database.stats).toMatchObject({ idle: 0, leased: 0 });
    });
    fixture.link.restore();
    await eventually(() => database.ping(soon()));
  });

  test("what the server says stays the cause", async () => {
    const wrong = new URL(fixture.url);
    wrong.password = "wrong";
    await using refused = fixture.open({ url: wrong.href });
    await expect(refused.ping(soon())).rejects.toMatchObject({
      reason: "DATABASE_UNAVAILABLE",
      cause: { code: "28P01" },
    });
    wrong.port = "1";
    await using absent = fixture.open({ url: wrong.href });
    await expect(absent.start(soon())).rejects.toMatchObject({
      reason: "DATABASE_UNAVAILABLE",
      cause: { code: "ECONNREFUSED" },
    });
  });

  test("of several hosts the first that answers is taken", async () => {
    const several = fixture.url.replace(/@([^/]+)\//, "@127.0.0.1:1,$1/");
    await using database = fixture.open({ url: several });
    await database.ping(soon());
  });
});

describe("close", () => {
  test("waits for what runs, refuses the rest and leaves nothing behind", async () => {
    const database = fixture.open({ minConnections: 2, maxConnections: 2 });
    const gates = [1, 2].map(() => Promise.withResolvers<void>());
    const running = gates.map((gate) => database.read(soon(), () => gate.promise));
    await eventually(() => database.stats.leased === 2);
    const waiting = reasonOf(database.ping(soon()));
    const closing = database.close();
    expect(await waiting).toBe("DATABASE_UNAVAILABLE");
    expect(await reasonOf(database.ping(soon()))).toBe("DATABASE_UNAVAILABLE");
    for (const gate of gates) gate.resolve();
    await Promise.all([...running, closing]);
    await eventually(async () => (await backends(fixture.admin)).length === 0);
  });

  test("a pool that was never used, or is used while it closes, closes too", async () => {
    await fixture.open().close();
    const database = fixture.open();
    const started = reasonOf(database.start(soon()));
    await database.close();
    expect(await started).toBe("DATABASE_UNAVAILABLE");
    await eventually(async () => (await backends(fixture.admin)).length === 0);
  });
});
