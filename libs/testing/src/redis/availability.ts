import { spawnSync } from "node:child_process";
import { findRedis, installLine, type RedisRuntime } from "./runtime.ts";

/** Thrown where no Redis can be had; its message holds the line that installs one. */
export class RedisNotFound extends Error {
  override readonly name = "RedisNotFound";
  constructor(what = "no Redis found: neither redis-server nor valkey-server on PATH, nor Docker") {
    super(`${what}. Install it with: ${installLine()}`);
  }
}

/**
 * What a suite needs. `own`: a server of its own; `any`: that, or REDIS_URL's; `replicas`: several that talk to each
 * other, Sentinel included, so programs and no containers; `tls`: a program that was built with TLS.
 */
export type RedisNeed = "own" | "any" | "replicas" | "tls";

/** The first directive that a server does not know ends it; without TLS that is the first of these. */
function knowsTls(path: string): boolean {
  const { stdout, stderr } = spawnSync(path, ["--tls-port", "0", "--no-such-directive", "1"], { encoding: "utf8" });
  return !`${stdout}${stderr}`.includes("tls-port");
}

function lack(runtime: RedisRuntime | undefined, need: RedisNeed): RedisNotFound | undefined {
  if (runtime === undefined) return new RedisNotFound();
  if (need === "own" || need === "any") return undefined;
  if (runtime.kind === "docker") return new RedisNotFound(`redis-server itself is needed for ${need}, not Docker`);
  if (need === "tls" && !knowsTls(runtime.path)) return new RedisNotFound(`${runtime.path} was built without TLS`);
  return undefined;
}

/**
 * The program of Redis, for what a container cannot do.
 *
 * @throws RedisNotFound
 */
export async function redisProgram(need: "replicas" | "tls"): Promise<string> {
  const runtime = await findRedis();
  const error = lack(runtime, need);
  if (error !== undefined || runtime?.kind !== "binary") throw error ?? new RedisNotFound();
  return runtime.path;
}

/**
 * Whether tests can have the Redis that they need here. Where not, it says so in capitals, with the line that installs
 * one, for a suite that asks this skips itself: `const suite = (await redisAvailable()) ? describe : describe.skip`.
 *
 * @throws RedisNotFound instead where CI=true: a skipped suite must not pass for a green one there.
 */
export async function redisAvailable(need: RedisNeed = "own"): Promise<boolean> {
  const { CI, REDIS_URL } = process.env;
  if (need === "any" && REDIS_URL) return true;
  const error = lack(await findRedis(), need);
  if (error === undefined) return true;
  if (CI === "true") throw error;
  const bar = "*".repeat(72);
  process.stderr.write(`\n${bar}\nTHESE TESTS ARE SKIPPED: ${error.message}\n${bar}\n\n`);
  return false;
}
