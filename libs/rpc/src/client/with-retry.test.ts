import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { ErrorInfoSchema, RetryInfoSchema } from "@skyport/proto";
import { withRetry } from "./with-retry.ts";

const info = { desc: ErrorInfoSchema, value: { reason: "DATABASE_UNAVAILABLE", domain: "skyport" } };

function retryAfter(seconds: number): ConnectError {
  const told = { desc: RetryInfoSchema, value: { retryDelay: { seconds: BigInt(seconds) } } };
  return new ConnectError("later", Code.Unavailable, undefined, [info, told]);
}

/** A call that fails with these errors, then answers. */
function failing(...errors: readonly Error[]) {
  const pauses: number[] = [];
  let calls = 0;
  const run = (attempts?: number): Promise<string> =>
    withRetry(
      async () => {
        const error = errors[calls++];
        if (error !== undefined) throw error;
        return "an answer";
      },
      {
        ...(attempts === undefined ? {} : { attempts }),
        pause: async (ms) => {
          pauses.push(ms);
        },
      },
    );
  return { run, pauses };
}

describe("a call is made again", () => {
  test.each([Code.Unavailable, Code.DeadlineExceeded, Code.Unknown, Code.Aborted, Code.Canceled, Code.Internal])(
    "when no service has failed it, but code %d",
    async (code) => {
      const call = failing(new ConnectError("the connection broke", code));
      expect(await call.run()).toBe("an answer");
      expect(call.pauses).toHaveLength(1);
    },
  );

  test("after at least what the service says", async () => {
    const call = failing(retryAfter(7));
    expect(await call.run()).toBe("an answer");
    expect(call.pauses[0]).toBeGreaterThanOrEqual(7_000);
    expect(call.pauses[0]).toBeLessThanOrEqual(10_500);
  });

  test("after pauses that double, with some chance, up to a few seconds", async () => {
    const call = failing(...Array.from({ length: 7 }, () => new ConnectError("away", Code.Unavailable)));
    await call.run();
    for (const [index, least] of [100, 200, 400, 800, 1_600, 3_200, 5_000].entries()) {
      expect(call.pauses[index]).toBeGreaterThanOrEqual(least);
      expect(call.pauses[index]).toBeLessThanOrEqual(least * 1.5);
    }
  });
});

describe("a call is not made again", () => {
  test.each([
    ["that the service refuses", new ConnectError("no", Code.Unavailable, undefined, [info])],
    ["of a method that is not there", new ConnectError("no", Code.Unimplemented)],
    ["that fails by a mistake of ours", new TypeError("no")],
  ])("%s", async (_, error) => {
    const call = failing(error);
    await expect(call.run()).rejects.toBe(error);
    expect(call.pauses).toEqual([]);
  });

  test("more often than told: the last error is thrown", async () => {
    const errors = [1, 2, 3].map((n) => new ConnectError(`number ${n}`, Code.Unavailable));
    const call = failing(...errors);
    await expect(call.run(3)).rejects.toBe(errors[2]);
    expect(call.pauses).toHaveLength(2);
  });
});
