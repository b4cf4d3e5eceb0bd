import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually, startPostgres, type TestPostgres } from "@skyport/testing";
import { createDatabase, type ListenEvent, listen } from "../src/index.ts";
import { createFixture, type Fixture, query } from "./support/database.ts";

/** A listener's memory: what it was told, with the beginnings of listening as "-". */
function memory() {
  const heard: string[] = [];
  const events: ListenEvent[] = [];
  return {
    heard,
    events,
    onNotify: (payload: string | undefined) => void heard.push(payload ?? "-"),
    onEvent: (event: ListenEvent) => void events.push(event),
    begun: (times = 1) => eventually(() => heard.filter((what) => what === "-").length >= times),
  };
}

describe("listen", () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await createFixture();
  });
  afterAll(() => fixture.close());

  const notify = (channel: string, payload: string) =>
    query(fixture.admin, `select pg_notify('${channel}', '${payload}')`);
  const sessions = async (name: string): Promise<number> => {
    const text = `select 1 from pg_stat_activity where application_name = '${name}' and datname = current_database()`;
    return (await query(fixture.admin, text)).length;
  };
  const end = (name: string) =>
    query(
      fixture.admin,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${name}' and datname = current_database()`,
    );

  test("tells of the channel's notifications, in order, and of no other channel's", async () => {
    const { heard, onNotify, begun } = memory();
    await using _ = listen(fixture.url, "orders", onNotify);
    await begun();
    await notify("Orders", "another");
    for (const payload of ["1", "2", "é"]) await notify("orders", payload);
    await eventually(() => heard.length === 4);
    expect(heard).toEqual(["-", "1", "2", "é"]);
  });

  test("takes any name that PostgreSQL takes, as it is", async () => {
    const { heard, onNotify, begun } = memory();
    const channel = `Say "hi"; ${"x".repeat(53)}`;
    await using _ = listen(fixture.url, channel, onNotify);
    await begun();
    await notify(channel, "quoted");
    await eventually(() => heard.length === 2);
    for (const bad of ["", "x".repeat(64), "é".repeat(32)]) expect(() => listen(fixture.url, bad, onNotify)).toThrow();
  });

  test("a notification is told after its transaction has committed, and never when it has not", async () => {
    const { heard, onNotify, begun } = memory();
    await using _ = listen(fixture.url, "rare", onNotify);
    await begun();
    await query(fixture.admin, "do $$ begin perform pg_notify('rare', 'lost'); raise 'no'; end $$").catch(() => 0);
    await notify("rare", "kept");
    await eventually(() => heard.length === 2);
    expect(heard).toEqual(["-", "kept"]);
  });

  test("listens again after its connection was ended, and says so", async () => {
    const { heard, events, onNotify, onEvent, begun } = memory();
    await using _ = listen(fixture.url, "again", onNotify, { applicationName: "again", onEvent });
    for (let times = 1; times < 4; times++) {
      await begun(times);
      await end("again");
    }
    await begun(4);
    await notify("again", "here");
    await eventually(() => heard.at(-1) === "here");
    const lost = { kind: "lost", error: { name: "ConnectionLost", code: "57P01" } };
    expect(events.slice(0, 3)).toMatchObject([{ kind: "listening" }, lost, { kind: "listening" }]);
    expect(await sessions("again")).toBe(1);
  });

  test("finds out by itself that nothing comes any more", async () => {
    const { heard, events, onNotify, onEvent, begun } = memory();
    await using _ = listen(fixture.link.through(fixture.url), "cut off", onNotify, { heartbeatMs: 300, onEvent });
    await begun();
    fixture.link.blackhole();
    await eventually(() => events.some(({ kind }) => kind === "lost"));
    fixture.link.restore();
    await begun(2);
    await notify("cut off", "here");
    await eventually(() => heard.at(-1) === "here");
  });

  test("closes its connection, also while it is making one", async () => {
    const { onNotify, begun } = memory();
    const open = listen(fixture.url, "closing", onNotify, { applicationName: "closing" });
    await begun();
    await open.close();
    await eventually(async () => (await sessions("closing")) === 0);
    fixture.link.blackhole();
    const accepted = fixture.link.accepted;
    const hanging = listen(fixture.link.through(fixture.url), "closing", onNotify);
    await eventually(() => fixture.link.accepted > accepted);
    await hanging.close();
    fixture.link.restore();
  });
});

describe("listen, while the server is restarted", () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test("listens again once the server is back", async () => {
    const { heard, events, onNotify, onEvent, begun } = memory();
    await using _ = listen(server.url, "news", onNotify, { onEvent });
    await begun();
    await server.kill();
    // Refused more than once: each pause is longer than the one before, give or take its jitter.
    await eventually(() => events.filter(({ kind }) => kind === "lost").length >= 3);
    await server.restart({ mode: "immediate" });
    await begun(2);
    await using database = createDatabase({ url: server.url, minConnections: 0 });
    await query(database, "select pg_notify('news', 'here')");
    await eventually(() => heard.at(-1) === "here");
    const pauses = events.flatMap((event) => (event.kind === "lost" ? [event.retryInMs] : []));
    expect(Math.max(...pauses)).toBeGreaterThan(pauses[0] ?? 0);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(5_000);
  });
});
