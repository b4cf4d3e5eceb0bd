import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { RetryInfoSchema } from "@skyport/proto";
import { withRetry } from "./retry.ts";

/** A call that fails with each error in turn, then succeeds; and the pauses that were made. */
function failing(...errors: Error[]) {
  const pauses: number[] = [];
  let calls = 0;
  let retries = 0;
  return {
    pauses,
    counts: () => ({ calls, retries }),
    run: (attempts?: number) =>
      withRetry(
        async () => {
          const error = errors[calls++];
          if (error !== undefined) throw error;
          return "done";
        },
        {
          pause: async (ms) => {
            pauses.push(ms);
          },
          onRetry: () => {
            retries++;
          },
          ...(attempts === undefined ? {} : { attempts }),
        },
      ),
  };
}

function withDelay(code: Code, seconds: number, nanos: number): ConnectError {
  const value = { retryDelay: { seconds: BigInt(seconds), nanos } };
  return new ConnectError("later", code, undefined, [{ desc: RetryInfoSchema, value }]);
}

describe("a call that is repeated", () => {
  test("is made once when it succeeds", async () => {
    const call = failing();
    await expect(call.run()).resolves.toBe("done");
    expect(call.counts()).toEqual({ calls: 1, retries: 0 });
  });

  test.each([
    ["UNAVAILABLE of the client's own", new ConnectError("connect ECONNREFUSED", Code.Unavailable)],
    ["a timeout", new ConnectError("the operation timed out", Code.DeadlineExceeded)],
    ["an error with RetryInfo, whatever its code", withDelay(Code.Aborted, 0, 1)],
  ])("is made again after %s", async (_, error) => {
    const call = failing(error, error);
    await expect(call.run()).resolves.toBe("done");
    expect(call.counts()).toEqual({ calls: 3, retries: 2 });
  });

  test.each([
    new ConnectError("no", Code.InvalidArgument),
    new ConnectError("no", Code.Aborted),
    new ConnectError("no", Code.FailedPrecondition),
    new TypeError("a fault of ours"),
  ])("is not made again after %p", async (error) => {
    const call = failing(error);
    await expect(call.run()).rejects.toBe(error);
    expect(call.counts()).toEqual({ calls: 1, retries: 0 });
  });

  test("waits longer each time, up to a limit", async () => {
    const call = failing(...Array.from({ length: 8 }, () => new ConnectError("", Code.Unavailable)));
    await call.run(9);
    const least = [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000];
    expect(call.pauses).toHaveLength(least.length);
    for (const [index, ms] of least.entries()) {
      expect(call.pauses[index]).toBeGreaterThanOrEqual(ms);
      expect(call.pauses[index]).toBeLessThanOrEqual(ms * 1.5);
    }
  });

  test("waits at least as long as RetryInfo says", async () => {
    const call = failing(withDelay(Code.Unavailable, 7, 500_000_000));
    await call.run();
    expect(call.pauses[0]).toBeGreaterThanOrEqual(7_500);
  });

  test("gives up with the last error", async () => {
    const errors = [1, 2, 3].map((n) => new ConnectError(`number ${n}`, Code.Unavailable));
    const call = failing(...errors);
    await expect(call.run(3)).rejects.toBe(errors[2]);
    expect(call.pauses).toHaveLength(2);
  });
});
