import type { Link } from "@skyport/testing";
import type { Instance } from "../service/instance.ts";
import type { Random } from "../worker/random.ts";
import { between, type FaultKind } from "./fault.ts";

/** A link of one instance. */
const ENDS = {
  redis: (instance: Instance): Link => instance.toRedis,
  postgres: (instance: Instance): Link => instance.toPostgres,
} as const;

/** What a link can do. The delays lie on both sides of how long a call of the cache may take (250 ms). */
const WEATHERS: Readonly<Record<string, (link: Link, random: Random) => void>> = {
  cut: (link) => link.cut("rst"),
  closed: (link) => link.cut("fin"),
  dropped: (link) => link.drop(),
  silent: (link) => link.blackhole(),
  "one-way-up": (link) => link.blackhole("up"),
  "one-way-down": (link) => link.blackhole("down"),
  "half-open": (link, random) => link.halfOpen(random.pick(["client", "server", "both"])),
  slow: (link, random) => link.delay(between(random, 5, 100)),
  "very-slow": (link, random) => link.delay(between(random, 150, 600)),
  trickling: (link, random) => link.throttle(between(random, 2_000, 50_000)),
};

function linkFault(end: keyof typeof ENDS, weather: string): FaultKind {
  return {
    name: `${end}-link-${weather}`,
    healing: "links",
    create: ({ topology }, random) => {
      const instance = random.pick(topology.instances);
      const link = ENDS[end](instance);
      return {
        target: `${end}-link-${instance.name}`,
        holdMs: between(random, 200, 2_500),
        inject: async () => {
          if (link.connections === 0) throw new Error(`${instance.name} has no connection to ${end}`);
          WEATHERS[weather]?.(link, random);
        },
        heal: async () => link.restore(),
      };
    },
  };
}

/** Between one service and Redis, or PostgreSQL. */
export const linkFaults: readonly FaultKind[] = (["redis", "postgres"] as const).flatMap((end) =>
  Object.keys(WEATHERS).map((weather) => linkFault(end, weather)),
);
