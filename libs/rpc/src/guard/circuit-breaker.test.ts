import { describe, expect, test } from "@jest/globals";
import { CircuitBreaker, type Report } from "./circuit-breaker.ts";

/** A breaker with a clock that the test moves, and pauses without a random part. */
function breakerAt(startMs = 0) {
  let at = startMs;
  const changes: boolean[] = [];
  const options = { failures: 3, patienceMs: 100, probeEveryMs: 50 };
  const breaker = new CircuitBreaker(
    options,
    () => at,
    () => 0,
  );
  breaker.onChange((isOpen) => changes.push(isOpen));
  const enter = (): Report => {
    const report = breaker.enter();
    if (report === undefined) throw new Error("refused");
    return report;
  };
  return {
    breaker,
    changes,
    enter,
    pass: (ms: number) => {
      at += ms;
    },
    /** A call that takes no time. */
    fail: () => enter()("failure"),
    succeed: () => enter()("success"),
    /** Opens it. */
    open() {
      for (let failure = 0; failure < 3; failure++) {
        enter()("failure");
        at += 50;
      }
      expect(breaker.isOpen).toBe(true);
    },
  };
}

describe("a breaker opens", () => {
  test("after enough failures in a row that last long enough, and no sooner", () => {
    const { breaker, fail, pass, changes } = breakerAt();
    fail();
    pass(99);
    fail();
    fail();
    expect(breaker.isOpen).toBe(false);
    pass(1);
    fail();
    expect([breaker.isOpen, changes]).toEqual([true, [true]]);
  });

  test("not for many failures of one moment", () => {
    const { breaker, enter } = breakerAt();
    const reports = Array.from({ length: 50 }, () => enter());
    for (const report of reports) report("failure");
    expect(breaker.isOpen).toBe(false);
  });

  test("at once for calls that have waited that long together", () => {
    const { breaker, enter, pass } = breakerAt();
    const reports = Array.from({ length: 3 }, () => enter());
    pass(100);
    for (const report of reports) report("failure");
    expect(breaker.isOpen).toBe(true);
  });

  test("not while a success comes between: the row begins anew, however long ago its first call began", () => {
    const { breaker, enter, fail, succeed, pass } = breakerAt();
    const slow = enter();
    pass(500);
    succeed();
    slow("failure");
    fail();
    fail();
    fail();
    expect(breaker.isOpen).toBe(false);
  });

  test("not for calls that tell nothing", () => {
    const { breaker, enter, pass } = breakerAt();
    for (let call = 0; call < 20; call++) {
      enter()("unknown");
      pass(50);
    }
    expect(breaker.isOpen).toBe(false);
  });
});

describe("an open breaker", () => {
  test("refuses calls, and tells until when", () => {
    const { breaker, open, pass } = breakerAt();
    open();
    pass(-50);
    expect(breaker.waitMs).toBe(50);
    expect(breaker.enter()).toBeUndefined();
    pass(49);
    expect(breaker.enter()).toBeUndefined();
    pass(1);
    expect([breaker.waitMs, breaker.enter()]).toEqual([0, expect.any(Function)]);
  });

  test("lets one probe through at a time, and the next when that one hangs", () => {
    const { breaker, open, pass } = breakerAt();
    open();
    for (let probe = 0; probe < 3; probe++) {
      pass(50);
      expect(breaker.enter()).toBeDefined();
      expect(breaker.enter()).toBeUndefined();
    }
  });

  test("waits the whole pause after a probe that failed late", () => {
    const { breaker, enter, open, pass } = breakerAt();
    open();
    pass(50);
    const probe = enter();
    pass(40);
    probe("failure");
    expect(breaker.waitMs).toBe(50);
  });

  test("closes with a probe that succeeds, and counts from nothing", () => {
    const { breaker, changes, open, pass, succeed, fail } = breakerAt();
    open();
    pass(50);
    succeed();
    expect([breaker.isOpen, breaker.waitMs, changes]).toEqual([false, 0, [true, false]]);
    pass(1_000);
    fail();
    fail();
    fail();
    expect(breaker.isOpen).toBe(false);
  });

  test("takes no notice of calls from before it opened, nor of failures from before it closed", () => {
    const { breaker, enter, open, pass, succeed } = breakerAt();
    const early = [enter(), enter(), enter(), enter()];
    open();
    early[0]?.("success");
    expect(breaker.isOpen).toBe(true);
    pass(50);
    const hanging = enter();
    pass(50);
    succeed();
    for (const report of [...early, hanging]) report("failure");
    expect(breaker.isOpen).toBe(false);
  });

  test("spreads its probes", () => {
    let at = 0;
    const breaker = new CircuitBreaker(
      { failures: 1, patienceMs: 0, probeEveryMs: 100 },
      () => at,
      () => 1,
    );
    breaker.enter()?.("failure");
    at = 149;
    expect(breaker.waitMs).toBe(1);
  });
});

test("a call reports once", () => {
  const { breaker, enter, pass } = breakerAt();
  const report = enter();
  pass(100);
  for (let again = 0; again < 5; again++) report("failure");
  expect(breaker.isOpen).toBe(false);
});

test("a listener may be taken away", () => {
  const heard: boolean[] = [];
  const breaker = new CircuitBreaker({ failures: 1, patienceMs: 0 });
  breaker.onChange((isOpen) => heard.push(isOpen))();
  breaker.enter()?.("failure");
  expect([breaker.isOpen, heard]).toEqual([true, []]);
});
