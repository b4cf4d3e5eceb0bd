import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { GetProductRequestSchema, ProductService } from "@skyport/proto";
import { Call } from "../call/call.ts";
import { createLogger } from "../logging/logger.ts";
import { CallRun } from "./call-run.ts";
import type { Step } from "./step.ts";

const request = create(GetProductRequestSchema, { id: "a" });

function newCall(timeoutMs?: number): Call {
  return new Call({
    method: ProductService.method.getProduct,
    protocol: "connect",
    timeoutMs,
    logger: createLogger({ name: "test", level: "silent" }),
    header: () => undefined,
  });
}

/** Steps that note what happens to them. */
function recorded(...overrides: Partial<Step>[]): { steps: Step[]; events: string[] } {
  const events: string[] = [];
  const steps = overrides.map((override, index): Step => {
    const note = (hook: string) => void events.push(`${hook} ${index}`);
    return {
      name: String(index),
      enter: () => note("enter"),
      receive: () => note("receive"),
      fail: (_, error) => {
        note("fail");
        return error;
      },
      leave: (_, outcome) => note(outcome.ok ? "leave" : "leave failed"),
      ...override,
    };
  });
  return { steps, events };
}

describe("the order", () => {
  test("of a call that goes well: in, in, handler, out; and nothing waits that is not a promise", () => {
    const { steps, events } = recorded({}, {});
    const run = new CallRun(steps, newCall());
    expect(run.enter()).toBeUndefined();
    expect(run.work(request, () => events.push("handler"))).toBe(5);
    run.end();
    expect(events).toEqual(["enter 0", "enter 1", "receive 0", "receive 1", "handler", "leave 1", "leave 0"]);
  });

  test("is the same when a step and the handler are asynchronous", async () => {
    const { steps, events } = recorded({}, {});
    const waiting = steps.map((step) => ({
      ...step,
      enter: async (call: Call) => step.enter?.(call),
      receive: async (call: Call) => step.receive?.(call, request),
    }));
    const run = new CallRun(waiting, newCall());
    await run.enter();
    await run.work(request, async () => events.push("handler"));
    run.end();
    expect(events).toEqual(["enter 0", "enter 1", "receive 0", "receive 1", "handler", "leave 1", "leave 0"]);
  });

  test("of a failure: from the inside out, each step sees what the one inside made of it", () => {
    const seen: unknown[] = [];
    const mapTo = (name: string) => (_: Call, error: unknown) => {
      seen.push(error);
      return name;
    };
    const { steps } = recorded({ fail: mapTo("outer") }, { fail: mapTo("inner") });
    const run = new CallRun(steps, newCall());
    run.enter();
    expect(() =>
      run.work(request, () => {
        throw "thrown";
      }),
    ).toThrow("outer");
    expect(seen).toEqual(["thrown", "inner"]);
    expect(run.error).toBe("outer");
  });

  test.each([
    [
      "synchronously",
      () => {
        throw new Error("no");
      },
    ],
    ["later", () => Promise.reject(new Error("no"))],
  ])("of a refusal (%s): only the steps that were entered are left", async (_, enter) => {
    const { steps, events } = recorded({}, { enter }, {});
    const run = new CallRun(steps, newCall());
    await expect((async () => run.enter())()).rejects.toThrow("no");
    run.end();
    expect(events).toEqual(["enter 0", "fail 2", "fail 1", "fail 0", "leave failed 0"]);
  });

  test("a message that a step refuses never reaches the handler", () => {
    const { steps, events } = recorded(
      {},
      {
        receive: () => {
          throw new Error("bad");
        },
      },
    );
    const run = new CallRun(steps, newCall());
    run.enter();
    expect(() => run.work(request, () => events.push("handler"))).toThrow("bad");
    expect(events).not.toContain("handler");
  });
});

describe("the end", () => {
  test("comes once", () => {
    const { steps, events } = recorded({});
    const run = new CallRun(steps, newCall());
    run.enter();
    run.work(request, () => 1);
    run.end();
    run.end();
    expect(events.filter((event) => event.startsWith("leave"))).toEqual(["leave 0"]);
    expect(run.over).toBe(true);
  });

  test("of a caller who hangs up while the handler works comes when it has worked", async () => {
    const { steps, events } = recorded({});
    const run = new CallRun(steps, newCall());
    run.enter();
    const work = Promise.withResolvers<number>();
    const answer = run.work(request, () => work.promise);
    run.end();
    expect(events).not.toContain("leave 0");
    work.resolve(1);
    expect(await answer).toBe(1);
    expect(events).toContain("leave 0");
  });

  test("comes at the deadline when the handler does not; what it does later is nobody's", async () => {
    const { steps, events } = recorded({
      enter: (call) => {
        call.deadline = Deadline.after(5);
      },
    });
    const call = newCall();
    const run = new CallRun(steps, call);
    run.enter();
    const work = Promise.withResolvers<number>();
    await expect(run.work(request, () => work.promise)).rejects.toMatchObject({ reason: "DEADLINE_EXCEEDED" });
    run.end();
    expect(events).toContain("leave failed 0");
    let idle = false;
    call.afterWork(() => {
      idle = true;
    });
    expect(idle).toBe(false);
    work.reject(new Error("late"));
    await work.promise.catch(() => undefined);
    expect(idle).toBe(true);
  });
});

describe("a call whose time is up when its steps have let it in is refused", () => {
  const enter = (call: Call): void => {
    call.deadline = Deadline.after(call.timeoutMs ?? 5);
  };

  test("the caller gave it none", () => {
    const { steps, events } = recorded({ enter });
    const run = new CallRun(steps, newCall(0));
    expect(() => run.enter()).toThrow(expect.objectContaining({ reason: "DEADLINE_EXCEEDED" }));
    run.end();
    expect(events).toEqual(["fail 0", "leave failed 0"]);
  });

  test("a step used it up", async () => {
    const { steps, events } = recorded({ enter }, { enter: () => new Promise((resolve) => setTimeout(resolve, 10)) });
    const run = new CallRun(steps, newCall());
    await expect(run.enter()).rejects.toMatchObject({ reason: "DEADLINE_EXCEEDED" });
    run.end();
    expect(events).toEqual(["fail 1", "fail 0", "leave failed 1", "leave failed 0"]);
  });
});
