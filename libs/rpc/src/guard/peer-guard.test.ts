import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { DomainError, type Reason, toConnectError } from "@skyport/errors";
import { eventually } from "@skyport/testing";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { CallRefused, PeerGuard } from "./peer-guard.ts";
import { RetryBudget } from "./retry-budget.ts";

const caller = { deadline: Deadline.after(60_000), id: "trace" };
const gone = (): ConnectError => new ConnectError("no healthy upstream", Code.Unavailable);
const late = (): ConnectError => new ConnectError("too late", Code.DeadlineExceeded);
/** An answer of the peer's that asks for no pause of its own. */
const told = (reason: Reason): DomainError => new DomainError(reason, "the peer's words", { retryAfterMs: 1 });

function guarded(options: { reserve?: number; patienceMs?: number; maxConcurrent?: number; maxWaiting?: number } = {}) {
  const { reserve = 100, patienceMs = 60_000, ...bulkhead } = options;
  const breaker = new CircuitBreaker({ failures: 3, patienceMs, probeEveryMs: 60_000 });
  const guard = new PeerGuard({ breaker, budget: new RetryBudget({ ratio: 0.1, reserve }), bulkhead });
  return { breaker, guard };
}

/** Fails with each of these, then succeeds. */
function peer(...errors: readonly unknown[]) {
  let asked = 0;
  return {
    get asked() {
      return asked;
    },
    async ask(): Promise<string> {
      const error = errors[asked];
      asked += 1;
      if (error !== undefined) throw error;
      return "answer";
    },
  };
}

describe("a call is made again", () => {
  test.each([
    ["nobody answered", gone()],
    ["its database is away", toConnectError(told("DATABASE_UNAVAILABLE"))],
    ["it has too much to do", toConnectError(told("RATE_LIMITED"))],
    ["another change got in the way", toConnectError(told("CONTENTION"))],
  ])("when %s", async (_, error) => {
    const { guard } = guarded();
    const failing = peer(error, error);
    expect(await guard.call(caller, failing.ask)).toBe("answer");
    expect(failing.asked).toBe(3);
  });

  test.each([
    ["a refusal", toConnectError(told("OUT_OF_STOCK"))],
    ["a timeout", late()],
    ["a mistake of the peer's", toConnectError(new DomainError("INTERNAL", "oops"))],
    ["what nobody knows", new TypeError("a bug")],
  ])("but not after %s", async (_, error) => {
    const { guard } = guarded();
    const failing = peer(error);
    await expect(guard.call(caller, failing.ask)).rejects.toBe(error);
    expect(failing.asked).toBe(1);
  });

  test("three times in all, or as often as is said", async () => {
    const { guard } = guarded();
    const [three, one] = [peer(gone(), gone(), gone()), peer(gone())];
    await expect(guard.call(caller, three.ask)).rejects.toThrow(ConnectError);
    await expect(guard.call(caller, one.ask, { maxAttempts: 1 })).rejects.toThrow(ConnectError);
    expect([three.asked, one.asked]).toEqual([3, 1]);
  });

  test("not when the peer asks for a longer pause than there is time", async () => {
    const { guard } = guarded();
    const busy = peer(toConnectError(new DomainError("RATE_LIMITED", "later", { retryAfterMs: 100_000 })));
    await expect(guard.call(caller, busy.ask)).rejects.toThrow(ConnectError);
    expect(busy.asked).toBe(1);
  });

  test("only within the budget of all calls together", async () => {
    const { guard } = guarded({ reserve: 4 });
    const failing = peer(...Array.from({ length: 1_000 }, gone));
    const calls = Array.from({ length: 100 }, () => guard.call(caller, failing.ask).catch(() => undefined));
    await Promise.all(calls);
    expect(failing.asked).toBeGreaterThan(100);
    expect(failing.asked).toBeLessThanOrEqual(100 + 4 + 0.1 * 100);
  });
});

describe("a call is handed on", () => {
  test("with the caller's id and what is left of the time", async () => {
    const { guard } = guarded();
    const options = await guard.call(caller, async (given) => given);
    expect(options.headers).toEqual({ "x-request-id": "trace" });
    expect(options.timeoutMs).toBeLessThanOrEqual(60_000);
  });

  test("never without time", async () => {
    const { guard, breaker } = guarded({ patienceMs: 0 });
    const unasked = peer();
    for (let call = 0; call < 5; call++) {
      const work = guard.call({ deadline: Deadline.after(0) }, unasked.ask);
      await expect(work).rejects.toMatchObject({ reason: "DEADLINE_EXCEEDED" });
    }
    expect([unasked.asked, breaker.isOpen]).toEqual([0, false]);
  });
});

describe("the breaker", () => {
  const failThrice = async (guard: PeerGuard, error: unknown, deadline = caller.deadline): Promise<void> => {
    for (let call = 0; call < 3; call++) {
      await guard.call({ deadline }, peer(error).ask, { maxAttempts: 1 }).catch(() => undefined);
    }
  };

  test.each([
    ["no answer", true, gone()],
    ["timeouts", true, late()],
    ["an absent database", true, toConnectError(told("DATABASE_UNAVAILABLE"))],
    ["a flood", true, toConnectError(told("RATE_LIMITED"))],
    ["something that is not of this protocol", true, new TypeError("cannot be decoded")],
    ["refusals", false, toConnectError(told("OUT_OF_STOCK"))],
    ["contention", false, toConnectError(told("CONTENTION"))],
    ["mistakes", false, toConnectError(new DomainError("INTERNAL", "oops"))],
  ])("counts %s as a failure: %p", async (_, isOpen, error) => {
    const { guard, breaker } = guarded({ patienceMs: 0 });
    await failThrice(guard, error);
    expect(breaker.isOpen).toBe(isOpen);
  });

  test("learns nothing from callers in a hurry", async () => {
    const { guard, breaker } = guarded({ patienceMs: 0 });
    await failThrice(guard, late(), Deadline.after(200));
    expect(breaker.isOpen).toBe(false);
  });

  test("refuses at once, and tells when to come back", async () => {
    const { guard } = guarded({ patienceMs: 0 });
    await failThrice(guard, gone());
    const unasked = peer();
    const error = await guard.call(caller, unasked.ask).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CallRefused);
    expect(error).toMatchObject({ kind: "open", retryAfterMs: expect.any(Number) });
    expect(unasked.asked).toBe(0);
  });

  test("refuses those who wait for their turn as soon as it opens", async () => {
    const { guard, breaker } = guarded({ patienceMs: 0, maxConcurrent: 3 });
    const fail = Promise.withResolvers<never>();
    const running = [1, 2, 3].map(() => guard.call(caller, () => fail.promise, { maxAttempts: 1 }));
    const waiting = guard.call(caller, peer().ask);
    expect(guard.load).toEqual({ running: 3, waiting: 1 });
    fail.reject(gone());
    await expect(waiting).rejects.toMatchObject({ kind: "open" });
    await Promise.allSettled(running);
    expect([breaker.isOpen, guard.load]).toEqual([true, { running: 0, waiting: 0 }]);
  });
});

test("a peer that hangs takes up no more than the bulkhead; one more call is refused", async () => {
  const { guard } = guarded({ maxConcurrent: 2, maxWaiting: 3 });
  const hang = Promise.withResolvers<string>();
  let asked = 0;
  const ask = (): Promise<string> => {
    asked += 1;
    return hang.promise;
  };
  const calls = Array.from({ length: 5 }, () => guard.call(caller, ask));
  await expect(guard.call(caller, ask)).rejects.toMatchObject({ kind: "full", retryAfterMs: 500 });
  await eventually(() => asked === 2);
  expect(guard.load).toEqual({ running: 2, waiting: 3 });
  hang.resolve("at last");
  expect(new Set(await Promise.all(calls))).toEqual(new Set(["at last"]));
});
