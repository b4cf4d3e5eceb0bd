import { describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { DomainError } from "@skyport/errors";
import { eventually } from "@skyport/testing";
import { Gate } from "../testkit/gate.ts";
import { memoryWorld } from "../testkit/memory-world.ts";
import type { Register } from "../testkit/register.ts";
import type { CommitOutcome, Transactor } from "./transactor.ts";

async function failure(work: Promise<unknown>): Promise<DomainError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof DomainError) return error;
  throw new Error("expected a DomainError", { cause: error });
}

describe("a store that cannot be reached", () => {
  test("refuses a write before anything is changed", async () => {
    const { world, failing } = await memoryWorld();
    await using _ = world;
    world.register.put("a", 1);
    failing.down = true;
    const error = await failure(world.write(2));
    expect(error.reason).toBe("CACHE_UNAVAILABLE");
    expect(error.details.metadata).toEqual({});
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(world.register.row("a")?.value.n).toBe(1);
  });

  test("an intent that may have arrived although nothing said so is released", async () => {
    const { world, failing } = await memoryWorld();
    await using _ = world;
    failing.down = true;
    failing.deaf = true;
    await failure(world.write(2));
    failing.down = false;
    await eventually(async () => {
      await world.read();
      expect(world.count("fill")).toBe(1);
    });
  });

  test("after the commit: the caller hears that the change stands, and the release is repeated until it is confirmed", async () => {
    const { world, failing } = await memoryWorld();
    await using _ = world;
    world.register.put("a", 1);
    world.register.afterCommit = async () => {
      failing.down = true;
    };
    const writing = world.writer.write(Deadline.after(50), async (tx, intents) => {
      await intents.take(world.rows.key("a"));
      intents.offer(world.rows, "a", tx.put("a", 2));
    });
    const error = await failure(writing);
    expect(error.reason).toBe("CACHE_UNAVAILABLE");
    expect(error.details.metadata).toEqual({ outcome: "committed" });
    expect(world.count("release_retry")).toBeGreaterThan(0);
    failing.down = false;
    await eventually(async () => {
      expect(await world.read()).toBe(2);
      expect(world.count("hit")).toBeGreaterThan(0);
    });
  });

  test("a blip after the commit costs a repetition, which makes no offer", async () => {
    const { world, failing } = await memoryWorld();
    await using _ = world;
    world.store.at("before:release", async () => {
      throw new Error("blip");
    });
    await world.write(2);
    expect(failing.calls).toEqual(["intend", "release"]);
    expect(await world.read()).toBe(2);
    expect(world.register.loads).toHaveLength(1);
  });

  test("an offer whose confirmation was lost is not repeated either", async () => {
    const { world, failing } = await memoryWorld();
    await using _ = world;
    world.store.at("after:release", async () => {
      throw new Error("blip");
    });
    await world.write(2);
    expect(failing.calls).toEqual(["intend", "release+offer", "release"]);
    expect(await world.read()).toBe(2);
  });

  test("bounded-by-ttl: writes go on without it", async () => {
    const { world, failing } = await memoryWorld({ staleness: "bounded-by-ttl" });
    await using _ = world;
    failing.down = true;
    const write = world.writer.write(Deadline.after(50), async (tx, intents) => {
      await intents.take(world.rows.key("a"));
      tx.put("a", 2);
    });
    await write;
    await world.writer.reassure(Deadline.after(20), world.rows.key("a"));
    expect(await world.read()).toBe(2);
    failing.down = false;
  });

  test("reassure says that the earlier change stands", async () => {
    const { world, failing } = await memoryWorld();
    await using _ = world;
    failing.down = true;
    const error = await failure(world.writer.reassure(Deadline.after(20), world.rows.key("a")));
    expect(error.details.metadata).toEqual({ outcome: "committed" });
    failing.down = false;
  });

  test("close ends the repetitions", async () => {
    const { world, failing } = await memoryWorld();
    failing.down = true;
    await failure(world.writer.reassure(Deadline.after(20), world.rows.key("a")));
    await world[Symbol.asyncDispose]();
    expect(world.count("release_given_up")).toBe(1);
  });

  test("the release of a refused write is tried for as long as its intent may live, and no longer", async () => {
    const tried: number[] = [];
    const metrics = {
      count: () => undefined,
      breaker: () => undefined,
      observe: (histogram: string, ms: number) => void (histogram === "release_ms" && tried.push(ms)),
    };
    const { world, failing } = await memoryWorld({ intentTtlMs: 60, metrics });
    await using _ = world;
    failing.down = true;
    await failure(world.write(2));
    await eventually(() => expect(tried).toHaveLength(1));
    expect(tried[0]).toBeGreaterThanOrEqual(60);
    expect(failing.calls.filter((call) => call === "release").length).toBeGreaterThan(1);
  });
});

describe("outcomes", () => {
  test("a rollback releases without an offer", async () => {
    const { world, failing } = await memoryWorld();
    await using _ = world;
    const writing = world.writer.write(world.deadline, async (tx, intents) => {
      await intents.take(world.rows.key("a"));
      intents.offer(world.rows, "a", tx.put("a", 2));
      throw new Error("no");
    });
    await expect(writing).rejects.toThrow("no");
    await eventually(() => expect(failing.calls).toEqual(["intend", "release"]));
    expect(await world.read()).toBeUndefined();
  });

  test.each<CommitOutcome>(["committed", "rolled_back"])(
    "an unknown outcome keeps the intents alive until it is %s, and then makes no offer",
    async (settled) => {
      const { world, failing, clock } = await memoryWorld({ intentTtlMs: 60 });
      await using _ = world;
      const { promise: unknown, resolve } = Promise.withResolvers<CommitOutcome>();
      world.register.outcome = () => ({ unknown });
      const writing = world.writer.write(Deadline.after(200), async (tx, intents) => {
        await intents.take(world.rows.key("a"));
        intents.offer(world.rows, "a", tx.put("a", 2));
      });
      const error = await failure(writing);
      expect(error.details.metadata).toEqual({ outcome: "unknown" });
      for (const _round of [1, 2, 3]) {
        clock.advance(59);
        const renewals = world.count("intent_renewed");
        await eventually(() => expect(world.count("intent_renewed")).toBeGreaterThan(renewals));
        expect(await world.store.lookup(["row:a"], "test", world.deadline)).toEqual([{ state: "writing" }]);
      }
      resolve(settled);
      await eventually(() => expect(failing.calls.at(-1)).toBe("release"));
      await eventually(async () => {
        expect(await world.read()).toBe(2);
        expect(world.count("hit")).toBeGreaterThan(0);
      });
      expect(failing.calls).not.toContain("release+offer");
    },
  );

  test("an unknown outcome that settles in time is acknowledged after its release", async () => {
    const { world, failing } = await memoryWorld();
    await using _ = world;
    world.register.outcome = (outcome) => ({ unknown: Promise.resolve(outcome) });
    await world.write(2);
    expect(failing.calls).toEqual(["intend", "release"]);
  });

  test("an outcome that nobody can find out leaves the intents to end by themselves", async () => {
    const { world, failing } = await memoryWorld({ intentTtlMs: 60 });
    await using _ = world;
    world.register.outcome = () => ({ unknown: Promise.reject(new Error("lost")) });
    const error = await failure(world.write(2));
    expect(error.details.metadata).toEqual({ outcome: "unknown" });
    expect(failing.calls).toEqual(["intend"]);
  });

  test("close does not wait for an outcome that nobody knows yet", async () => {
    const { world } = await memoryWorld();
    world.register.outcome = () => ({ unknown: new Promise(() => undefined) });
    const writing = world.writer.write(Deadline.after(20), async (_tx, intents) => intents.take(world.rows.key("a")));
    expect((await failure(writing)).details.metadata).toEqual({ outcome: "unknown" });
    await world[Symbol.asyncDispose]();
  });

  test("a commit that takes long keeps its intents, and makes no offer", async () => {
    const { world, failing, clock } = await memoryWorld({ intentTtlMs: 60 });
    await using _ = world;
    const commit = new Gate();
    world.register.beforeCommit = commit.pass;
    const writing = world.write(2);
    await commit.reached;
    clock.advance(59);
    await eventually(() => expect(world.count("intent_renewed")).toBeGreaterThan(0));
    clock.advance(59);
    expect(await world.store.lookup(["row:a"], "test", world.deadline)).toEqual([{ state: "writing" }]);
    commit.open();
    await writing;
    expect(failing.calls).not.toContain("release+offer");
    expect(failing.calls.at(-1)).toBe("release");
  });

  test("the acknowledgement waits for the release", async () => {
    const { world } = await memoryWorld();
    await using _ = world;
    const release = new Gate();
    world.store.at("before:release", release.pass);
    let acknowledged = false;
    const writing = world.write(2).then(() => {
      acknowledged = true;
    });
    await release.reached;
    expect(await world.read()).toBe(2);
    expect(acknowledged).toBe(false);
    release.open();
    await writing;
  });
});

describe("the body", () => {
  test("the first change waits until the intent is confirmed", async () => {
    const { world } = await memoryWorld();
    await using _ = world;
    const intent = new Gate();
    world.store.at("before:intend", intent.pass);
    let changed = false;
    const writing = world.writer.write(world.deadline, async (tx, intents) => {
      await intents.take(world.rows.key("a"));
      changed = true;
      tx.put("a", 1);
    });
    await intent.reached;
    await new Promise(setImmediate);
    expect(changed).toBe(false);
    intent.open();
    await writing;
    expect(changed).toBe(true);
  });

  test("intents come before the first change, and a key that is taken is not taken again", async () => {
    const { world, failing } = await memoryWorld();
    await using _ = world;
    await world.writer.write(world.deadline, async (_tx, intents) => {
      await intents.take();
      await intents.take(world.rows.key("a"), world.rows.key("b"));
      await intents.take(world.rows.key("a"));
      expect(failing.calls).toEqual(["intend"]);
    });
  });

  test("a write without intents costs the store nothing", async () => {
    const { world, failing } = await memoryWorld();
    await using _ = world;
    failing.down = true;
    expect(await world.writer.write(world.deadline, async () => 7)).toBe(7);
    expect(failing.calls).toEqual([]);
  });

  test("an offer needs an intent", async () => {
    const { world } = await memoryWorld();
    await using _ = world;
    const writing = world.writer.write(world.deadline, async (tx, intents) =>
      intents.offer(world.rows, "a", tx.put("a", 1)),
    );
    await expect(writing).rejects.toThrow("without an intent");
  });

  test("intents end with the transaction", async () => {
    const { world } = await memoryWorld();
    await using _ = world;
    const intents = await world.writer.write(world.deadline, async (_tx, given) => {
      await given.take(world.rows.key("a"));
      return given;
    });
    await expect(intents.take(world.rows.key("b"))).rejects.toThrow("after the transaction");
  });

  test("a transaction that runs its body again drops the offers of the first run", async () => {
    const { world } = await memoryWorld();
    await using _ = world;
    const { register } = world;
    const retrying: Transactor<Register> = {
      transaction: (options, body) =>
        register.transaction(options, async () => {
          await body(register).catch(() => undefined);
          return body(register);
        }),
    };
    let run = 0;
    await world.cache.writer(retrying).write(world.deadline, async (tx, intents) => {
      run += 1;
      await intents.take(world.rows.key("a"));
      if (run === 1) {
        intents.offer(world.rows, "a", { version: 99n, value: { id: "a", n: 99 } });
        throw new Error("serialization failure");
      }
      return tx.put("a", 1).value.n;
    });
    expect(await world.read()).toBe(1);
  });

  test("no time left: no intent is taken", async () => {
    const { world, failing } = await memoryWorld();
    await using _ = world;
    const writing = world.writer.write(Deadline.after(-1), async (_tx, intents) => intents.take(world.rows.key("a")));
    expect((await failure(writing)).reason).toBe("DEADLINE_EXCEEDED");
    expect(failing.calls).toEqual([]);
  });
});
