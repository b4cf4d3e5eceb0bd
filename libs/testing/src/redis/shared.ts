import { startRedis } from "./server.ts";

/** A Redis that others may use too: no flushing, and keys under a name of the test's own. */
export interface SharedRedis extends AsyncDisposable {
  readonly url: string;
  stop(): Promise<void>;
}

/** REDIS_URL's server where that is set, else one of the test's own as from `startRedis`. */
export async function sharedRedis(): Promise<SharedRedis> {
  const { REDIS_URL: url } = process.env;
  if (!url) return startRedis();
  const stop = async (): Promise<void> => undefined;
  return { url, stop, [Symbol.asyncDispose]: stop };
}
