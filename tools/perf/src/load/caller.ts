import type { PreparedCall } from "./prepared-call.ts";

/** Makes calls to one service, as many at a time as it is asked to. */
export interface Caller extends AsyncDisposable {
  /** @throws Error when the answer is not a good one */
  call(call: PreparedCall): Promise<void>;
}
