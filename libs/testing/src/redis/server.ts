import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../free-port.ts";
import { guard } from "../guard.ts";
import { containerName, type RedisInstance, startInstance } from "./instance.ts";
import { answeringServer } from "./probe.ts";
import { findRedis, installLine, type RedisRuntime } from "./runtime.ts";

export interface RedisOptions {
  /** Further flags of redis-server, such as `["--maxmemory", "2mb"]`. */
  readonly flags?: readonly string[];
  /** Default: a free one. */
  readonly port?: number;
}

/** A Redis (or Valkey) server of the test's own: it may be flushed, killed and paused. */
export interface TestRedis extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The server's process id (with Docker: the client's); changes with each restart. */
  readonly pid: number;
  /** SIGKILL. `restart` brings up an empty server on the same port. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): Promise<void>;
  /** SIGCONT. */
  resume(): Promise<void>;
  /** Ends it, if it runs, and starts an empty one on the same port. */
  restart(): Promise<void>;
  /** Ends it and removes its folder; may be called twice. */
  stop(): Promise<void>;
}

/** Thrown where no Redis can be had; its message holds the line that installs one. */
export class RedisNotFound extends Error {
  override readonly name = "RedisNotFound";
  constructor() {
    super(
      `no Redis found: neither redis-server nor valkey-server on PATH, nor Docker. Install it with: ${installLine()}`,
    );
  }
}

/**
 * Whether tests can have a Redis of their own here, or with `"any"` also REDIS_URL's. Where not, it says so in capitals,
 * with the line that installs one, for a suite that asks this skips itself:
 * `const suite = (await redisAvailable()) ? describe : describe.skip`.
 *
 * @throws RedisNotFound instead where CI=true: a skipped suite must not pass for a green one there.
 */
export async function redisAvailable(which: "own" | "any" = "own"): Promise<boolean> {
  const { CI, REDIS_URL } = process.env;
  if (which === "any" && REDIS_URL) return true;
  if ((await findRedis()) !== undefined) return true;
  if (CI === "true") throw new RedisNotFound();
  const bar = "*".repeat(72);
  process.stderr.write(`\n${bar}\nTHESE TESTS ARE SKIPPED: ${new RedisNotFound().message}\n${bar}\n\n`);
  return false;
}

/** Whether it takes commands. In a container the server has another process id than outside. */
async function isReady(instance: RedisInstance, runtime: RedisRuntime, port: number): Promise<boolean> {
  const pid = await answeringServer(port);
  return pid !== undefined && (runtime.kind === "docker" || pid === instance.pid);
}

async function started(
  runtime: RedisRuntime,
  folder: string,
  port: number,
  flags: readonly string[],
): Promise<RedisInstance> {
  const instance = startInstance(runtime, folder, port, flags);
  const end = performance.now() + 60_000;
  let ended = false;
  instance.exited.then(() => {
    ended = true;
  });
  while (!(await isReady(instance, runtime, port))) {
    if (ended) throw new Error(`Redis ended instead of answering on port ${port}`);
    if (performance.now() >= end) {
      await instance.signal("SIGKILL");
      throw new Error(`Redis does not answer on port ${port}`);
    }
    await sleep(10);
  }
  return instance;
}

/**
 * Starts a Redis that keeps nothing on disk, in a fresh folder, on a free port of 127.0.0.1, and waits for its first answer. It
 * ends with this process at the latest, even when that is killed by SIGKILL.
 *
 * @throws RedisNotFound when this machine has none and may not install one.
 */
export async function startRedis(options: RedisOptions = {}): Promise<TestRedis> {
  const runtime = await findRedis();
  if (runtime === undefined) throw new RedisNotFound();
  const { flags = [], port = await freePort() } = options;
  const folder = await mkdtemp(join(tmpdir(), "skyport-redis-"));
  const remove = runtime.kind === "docker" ? ["docker", "rm", "--force", containerName(folder)] : [];
  guard({ folder, pidFile: join(folder, "redis.pid"), endBy: "SIGKILL", command: remove });
  let instance: RedisInstance;
  try {
    instance = await started(runtime, folder, port, flags);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }

  // SIGKILL also ends a paused server, and there is no data to lose.
  async function kill(): Promise<void> {
    await instance.signal("SIGKILL");
    await instance.exited;
  }
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopped ??= kill().then(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })));

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return instance.pid;
    },
    kill,
    pause: () => instance.signal("SIGSTOP"),
    resume: () => instance.signal("SIGCONT"),
    async restart() {
      await kill();
      instance = await started(runtime, folder, port, flags);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

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
