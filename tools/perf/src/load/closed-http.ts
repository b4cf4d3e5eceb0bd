import autocannon from "autocannon";
import { type LoadResult, Tally } from "./load-result.ts";
import { CONTENT_TYPE, type PreparedCall } from "./prepared-call.ts";

export interface ClosedHttpOptions {
  readonly url: string;
  readonly protocol: "json" | "binary";
  /** Sent in turn; each connection begins at another one. */
  readonly calls: readonly PreparedCall[];
  readonly connections: number;
  /** How long, in seconds; or a number of calls. */
  readonly until: { readonly seconds: number } | { readonly calls: number };
}

const OK = 200;
/** How often autocannon looks whether its time is up, in milliseconds. */
const SAMPLE_MS = 100;
/** How long it waits for an answer, in seconds. */
const PATIENCE = 30;

function rotated<T>(list: readonly T[], by: number): T[] {
  return [...list.slice(by), ...list.slice(0, by)];
}

/**
 * A closed loop over HTTP/1.1, by autocannon: each connection sends a call as soon as its last one is answered. It tells
 * throughput; latencies only as far as nobody waits before being sent.
 */
export async function closedHttp(options: ClosedHttpOptions): Promise<LoadResult> {
  const { url, protocol, calls, connections, until } = options;
  const headers = { "content-type": CONTENT_TYPE[protocol] };
  let clients = 0;
  const requests = calls.map(({ path, body }) => ({ method: "POST" as const, path, body, headers }));
  const tally = new Tally();
  const done = Promise.withResolvers<void>();
  const plan: autocannon.Options = {
    url,
    connections,
    headers,
    method: "POST",
    timeout: PATIENCE,
    sampleInt: SAMPLE_MS,
    ...("seconds" in until ? { duration: until.seconds } : { amount: until.calls }),
    setupClient(client) {
      const first = Math.floor((requests.length * clients++) / connections);
      client.setRequests(rotated(requests, first).map((request) => ({ ...request })));
    },
  };
  const instance = autocannon(plan, (error: unknown) => {
    if (error === null || error === undefined) done.resolve();
    else done.reject(error);
  });
  instance.on("response", (_, status, __, ms) => {
    if (status === OK) tally.answered(ms);
    else tally.failed(`status ${status}`);
  });
  instance.on("reqError", (error) => tally.failed(String(error)));
  await done.promise;
  return tally.finish();
}
