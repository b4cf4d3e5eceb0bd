import { Code, ConnectError } from "@connectrpc/connect";
import { DomainError } from "@skyport/errors";
import type { SetReservationRequest } from "@skyport/proto";
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

const internal = (): DomainError => new DomainError("INTERNAL", "a mistake of the product service");

/** The call is refused by a mistake of the peer's, which no repeat within the call can mend. */
export const broken: Fault<unknown> = () => {
  throw internal();
};

/** The same, after the call was carried out. */
export const brokenAfter: Fault<unknown> = (work) => {
  work();
  throw internal();
};

/** The first call of each reservation meets the one fault, later ones the other. */
export function firstThen(
  first: Fault<SetReservationRequest>,
  then: Fault<SetReservationRequest> = (work) => work(),
): Fault<SetReservationRequest> {
  const seen = new Set<string>();
  return (work, request) => {
    const wish = `${request.reservationId} ${request.generation}`;
    if (seen.has(wish)) return then(work, request);
    seen.add(wish);
    return first(work, request);
  };
}

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
