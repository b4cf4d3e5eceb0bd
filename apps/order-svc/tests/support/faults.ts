import { Code, ConnectError } from "@connectrpc/connect";
import type { Fault } from "./product-stub.ts";

const gone = (): ConnectError => new ConnectError("no healthy upstream", Code.Unavailable);

/** The call never arrives. */
export const unreachable: Fault<unknown> = () => {
  throw gone();
};

/** The call is carried out, and its answer is lost. */
export const answerLost: Fault<unknown> = (work) => {
  work();
  throw gone();
};

/** Calls that wait until the test lets them go on. */
export interface Held {
  /** `before` holds a call that is not carried out yet, `after` one that is. */
  readonly before: Fault<unknown>;
  readonly after: Fault<unknown>;
  /** How many wait. */
  readonly waiting: number;
  /** Lets all of them go on, and those that come later. */
  release(): void;
}

/** Holds calls. */
export function hold(): Held {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waiting = 0;
  const wait = async (): Promise<void> => {
    waiting += 1;
    await promise;
    waiting -= 1;
  };
  return {
    before: async (work) => {
      await wait();
      work();
    },
    after: async (work) => {
      work();
      await wait();
    },
    get waiting() {
      return waiting;
    },
    release: resolve,
  };
}
