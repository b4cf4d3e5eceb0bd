import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../free-port.ts";
import { guard } from "../guard.ts";
import { RedisNotFound, redisProgram } from "./availability.ts";
import { containerName, pidFile, type RedisInstance, startInstance } from "./instance.ts";
import { answeringServer, type RedisAccess, runCommand } from "./probe.ts";
import type { RedisReply } from "./reply.ts";
import { findRedis, type RedisRuntime } from "./runtime.ts";
import { prepare, type RedisSettings } from "./settings.ts";

export interface RedisOptions extends RedisSettings {
  /** Default: a free one. */
  readonly port?: number;
}

/** A Redis (or Valkey) server of the test's own: it may be flushed, killed, paused, and change its role. */
export interface TestRedis extends AsyncDisposable {
  /** `redis://`, with TLS `rediss://`, with user and password where it has them. */
  readonly url: string;
  readonly port: number;
  /** With TLS: the certificate's file, for NODE_EXTRA_CA_CERTS of a client's process. */
  readonly caFile: string | undefined;
  /** The server's process id (with Docker: the client's); changes with each restart. */
  readonly pid: number;
  /** Sends one command on a connection of its own. Throws Error with the server's words when it refuses. */
  command(...words: readonly string[]): Promise<RedisReply>;
  /** Makes it a replica of the server on this port of 127.0.0.1; resolves before it has copied anything. */
  follow(port: number): Promise<void>;
  /** Makes it a primary. */
  promote(): Promise<void>;
  /** SIGKILL. `restart` brings up an empty server on the same port. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): Promise<void>;
  /** SIGCONT. */
  resume(): Promise<void>;
  /** Ends it, if it runs, and starts an empty one on the same port, in the role of its first start. */
  restart(): Promise<void>;
  /** Ends it and removes its folder; may be called twice. */
  stop(): Promise<void>;
}

/** Whether it takes commands. In a container the server has another process id than outside. */
async function isReady(instance: RedisInstance, runtime: RedisRuntime, access: RedisAccess): Promise<boolean> {
  const pid = await answeringServer(access);
  return pid !== undefined && (runtime.kind === "docker" || pid === instance.pid);
}

/** Waits until a server that was just started takes commands; ends it when that takes too long. */
export async function untilReady(instance: RedisInstance, runtime: RedisRuntime, access: RedisAccess): Promise<void> {
  const end = performance.now() + 60_000;
  let ended = false;
  instance.exited.then(() => {
    ended = true;
  });
  while (!(await isReady(instance, runtime, access))) {
    if (ended) throw new Error(`Redis ended instead of answering on port ${access.port}`);
    if (performance.now() >= end) {
      await instance.signal("SIGKILL");
      throw new Error(`Redis does not answer on port ${access.port}`);
    }
    await sleep(10);
  }
}

function urlOf({ port, caFile, user = "", password }: RedisAccess): string {
  const login = password === undefined ? "" : `${user}:${encodeURIComponent(password)}@`;
  return `${caFile === undefined ? "redis" : "rediss"}://${login}127.0.0.1:${port}`;
}

async function runtimeFor({ tls, replicaOf }: RedisSettings): Promise<RedisRuntime> {
  if (tls === true) return { kind: "binary", path: await redisProgram("tls") };
  if (replicaOf !== undefined) return { kind: "binary", path: await redisProgram("replicas") };
  const runtime = await findRedis();
  if (runtime === undefined) throw new RedisNotFound();
  return runtime;
}

/**
 * Starts a Redis that keeps nothing on disk, in a fresh folder, on a free port of 127.0.0.1, and waits for its first answer. It
 * ends with this process at the latest, even when that is killed by SIGKILL.
 *
 * @throws RedisNotFound when this machine has none that can do what is asked, and may not install one.
 */
export async function startRedis(options: RedisOptions = {}): Promise<TestRedis> {
  const runtime = await runtimeFor(options);
  const { port = await freePort(), tls = false, user, password } = options;
  const folder = await mkdtemp(join(tmpdir(), "skyport-redis-"));
  const remove = runtime.kind === "docker" ? ["docker", "rm", "--force", containerName(folder)] : [];
  guard({ folder, pidFile: pidFile(folder), endBy: "SIGKILL", command: remove });
  const { flags, caFile } = await prepare(options, folder);
  const access: RedisAccess = { port, user, password, caFile };
  const start = async (): Promise<RedisInstance> => {
    const started = startInstance(runtime, folder, { port, tls }, flags);
    await untilReady(started, runtime, access);
    return started;
  };
  let instance: RedisInstance;
  try {
    instance = await start();
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
  const command = (...words: readonly string[]): Promise<RedisReply> => runCommand(access, words);

  return {
    url: urlOf(access),
    port,
    caFile,
    get pid() {
      return instance.pid;
    },
    command,
    async follow(primary) {
      await command("REPLICAOF", "127.0.0.1", String(primary));
    },
    async promote() {
      await command("REPLICAOF", "NO", "ONE");
    },
    kill,
    pause: () => instance.signal("SIGSTOP"),
    resume: () => instance.signal("SIGCONT"),
    async restart() {
      await kill();
      instance = await start();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
