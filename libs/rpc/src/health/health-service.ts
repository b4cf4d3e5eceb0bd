import { setTimeout as sleep } from "node:timers/promises";
import type { DescService } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { Health, HealthCheckResponse_ServingStatus as Status } from "@skyport/proto";
import type { Readiness } from "./readiness.ts";

/** How often a watched status is looked at, in milliseconds. */
const WATCH_INTERVAL_MS = 1_000;

/**
 * `grpc.health.v1`: every service of the server, and the server itself under the empty name, serves while the server
 * is ready. A watch tells each change, and ends when the server shuts down.
 */
export function registerHealth(router: ConnectRouter, services: readonly DescService[], readiness: Readiness): void {
  const names = ["", ...services.map((service) => service.typeName)];
  const known = new Set(names);
  const status = async (): Promise<Status> => ((await readiness.check()).ready ? Status.SERVING : Status.NOT_SERVING);

  router.service(Health, {
    async check({ service }) {
      if (!known.has(service)) throw new ConnectError("unknown service", Code.NotFound);
      return { status: await status() };
    },
    async list() {
      const now = await status();
      return { statuses: Object.fromEntries(names.map((name) => [name, { status: now }])) };
    },
    async *watch({ service }, context) {
      const { draining } = readiness;
      const over = AbortSignal.any([draining, context.signal]);
      let last: Status | undefined;
      for (;;) {
        const now = known.has(service) ? await status() : Status.SERVICE_UNKNOWN;
        if (now !== last) yield { status: now };
        last = now;
        if (over.aborted) return;
        await sleep(WATCH_INTERVAL_MS, undefined, { signal: over }).catch(() => undefined);
      }
    },
  });
}
