import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { eventually } from "@skyport/testing";
import type { CommitOutcome, Database, ReportedOutcome, Transaction } from "../src/index.ts";
import { createFixture, type Fixture, query, raw, soon } from "./support/database.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture();
  await query(fixture.admin, "create table items (id integer primary key)");
  await query(fixture.admin, "create table slow (ms integer)");
  await query(
    fixture.admin,
    `create function wait() returns trigger language plpgsql as
     $$ begin perform pg_sleep(new.ms / 1000.0); return null; end $$`,
  );
  await query(
    fixture.admin,
    "create constraint trigger wait after insert on slow deferrable initially deferred for each row execute function wait()",
  );
});
beforeEach(() => query(fixture.admin, "truncate items, slow"));
afterEach(() => fixture.link.restore());
afterAll(() => fixture.close());

const rows = async () => (await query(fixture.admin, "select id from items")).length;
const status = async (xid: bigint) =>
  (await query(fixture.admin, `select pg_xact_status('${xid}'::xid8) as status`))[0]?.["status"];

/** New connections go through again, those that are open are reset. */
function reconnectable(): void {
  fixture.link.drop();
  fixture.link.restore();
}

interface Attempt {
  readonly work: Promise<unknown>;
  readonly outcomes: readonly ReportedOutcome[];
  readonly xid: bigint;
}

/** Long enough for anything that is to succeed. */
const SOON_MS = 10_000;

/** Starts a transaction that inserts one row, on a pool that is connected; settles once its body is about to return. */
async function attempt(database: Database, withinMs: number, atEnd: (tx: Transaction) => unknown): Promise<Attempt> {
  await database.start(soon());
  const deadline = Deadline.after(withinMs);
  const outcomes: ReportedOutcome[] = [];
  const begun = Promise.withResolvers<bigint>();
  const work = database.transaction({ deadline, onOutcome: async (told) => void outcomes.push(told) }, async (tx) => {
    await tx.run(raw("insert into items values (1)"), {});
    await atEnd(tx);
    begun.resolve(tx.xid);
    return "result";
  });
  work.catch(begun.reject);
  return { work, outcomes, xid: await begun.promise };
}

function unknownOf(outcomes: readonly ReportedOutcome[]): Promise<CommitOutcome> {
  const [told] = outcomes;
  if (typeof told !== "object" || outcomes.length !== 1) throw new Error(`told ${JSON.stringify(outcomes)}`);
  return told.unknown;
}

describe("a connection lost during COMMIT", () => {
  test("after the server has committed: the transaction succeeds", async () => {
    const database = fixture.open();
    const { work, outcomes, xid } = await attempt(database, SOON_MS, () => fixture.link.blackhole("down"));
    await eventually(async () => (await status(xid)) === "committed");
    expect(outcomes).toEqual([]);
    reconnectable();
    expect(await work).toBe("result");
    expect([outcomes, await rows()]).toEqual([["committed"], 1]);
    expect(database.events).toContainEqual({ kind: "commit_settled", xid, outcome: "committed" });
  });

  test("before COMMIT reached the server: rolled back, and said so", async () => {
    const { work, outcomes, xid } = await attempt(fixture.open(), SOON_MS, () => fixture.link.blackhole("up"));
    const refused = expect(work).rejects.toMatchObject({
      reason: "DATABASE_UNAVAILABLE",
      details: { metadata: { outcome: "rolled_back" } },
    });
    await eventually(() => fixture.link.held > 0);
    reconnectable();
    await refused;
    expect([outcomes, await rows(), await status(xid)]).toEqual([["rolled_back"], 0, "aborted"]);
  });

  test("by an administrator while it commits: rolled back", async () => {
    const { work, outcomes } = await attempt(fixture.open(), SOON_MS, (tx) =>
      tx.run(raw("insert into slow values (5000)"), {}),
    );
    const refused = expect(work).rejects.toMatchObject({
      reason: "DATABASE_UNAVAILABLE",
      details: { metadata: { outcome: "rolled_back" } },
    });
    await eventually(async () => {
      const ended = await query(
        fixture.admin,
        `select pg_terminate_backend(pid) from pg_stat_activity
         where query = 'commit' and state = 'active' and datname = current_database()`,
      );
      return ended.length === 1;
    });
    await refused;
    expect([outcomes, await rows()]).toEqual([["rolled_back"], 0]);
  });

  test("with no way to ask before the deadline: unknown, and settled later", async () => {
    const { work, outcomes, xid } = await attempt(fixture.open(), 500, () => fixture.link.blackhole("down"));
    await expect(work).rejects.toMatchObject({
      reason: "DATABASE_UNAVAILABLE",
      details: { metadata: { outcome: "unknown" } },
    });
    const unknown = unknownOf(outcomes);
    expect(await status(xid)).toBe("committed");
    reconnectable();
    expect(await unknown).toBe("committed");
  });

  test("with no way to ask at all: unknown for good, after the time that is set", async () => {
    const database = fixture.open({ settleTimeoutMs: 300 });
    const { work, outcomes, xid } = await attempt(database, 400, () => fixture.link.blackhole("down"));
    await expect(work).rejects.toMatchObject({ details: { metadata: { outcome: "unknown" } } });
    await expect(unknownOf(outcomes)).rejects.toMatchObject({
      reason: "DATABASE_UNAVAILABLE",
      details: { metadata: { outcome: "unknown" } },
    });
    expect(database.events).toContainEqual({ kind: "commit_settled", xid, outcome: "unknown" });
  });

  test("closing the database ends the search", async () => {
    const database = fixture.open();
    const { work, outcomes } = await attempt(database, 400, () => fixture.link.blackhole("down"));
    await expect(work).rejects.toMatchObject({ details: { metadata: { outcome: "unknown" } } });
    fixture.link.drop();
    const unsettled = expect(unknownOf(outcomes)).rejects.toMatchObject({ reason: "DATABASE_UNAVAILABLE" });
    await database.close();
    await unsettled;
  });
});

describe("a slow COMMIT", () => {
  test("is asked for meanwhile, and succeeds by its own answer", async () => {
    const database = fixture.open();
    const { work, outcomes, xid } = await attempt(database, SOON_MS, (tx) =>
      tx.run(raw("insert into slow values (900)"), {}),
    );
    expect(await work).toBe("result");
    expect(outcomes).toEqual(["committed"]);
    expect(database.events).toContainEqual({ kind: "commit_unknown", xid });
  });

  test("whose deferred triggers go past the deadline is unknown, then rolled back by the server", async () => {
    const { work, outcomes } = await attempt(fixture.open(), 400, (tx) =>
      tx.run(raw("insert into slow values (5000)"), {}),
    );
    await expect(work).rejects.toBeInstanceOf(Error);
    const [told] = outcomes;
    expect(typeof told === "object" ? await told.unknown : told).toBe("rolled_back");
    expect(await rows()).toBe(0);
  });
});
