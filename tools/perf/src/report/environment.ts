import { arch, cpus, platform, totalmem } from "node:os";
import { describeCores } from "../stage/cores.ts";
import type { Servers } from "../stage/servers.ts";
import type { Environment } from "./document.ts";

const GIB = 2 ** 30;

/** Where a run takes place. */
export function environmentOf({ cores, redis }: Pick<Servers, "cores" | "redis">, startedAt: Date): Environment {
  return {
    startedAt: startedAt.toISOString(),
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    // Not what this process may use, which is one core by now.
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / GIB),
    platform: `${platform()} ${arch()}`,
    pinned: describeCores(cores),
    cache: redis === undefined ? "in the services' own processes: there is no Redis here" : "Redis",
  };
}
