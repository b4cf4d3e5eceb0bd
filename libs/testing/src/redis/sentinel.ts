import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { guard } from "../guard.ts";
import { redisProgram } from "./availability.ts";
import { pidFile, startSentinelInstance } from "./instance.ts";
import { runCommand } from "./probe.ts";
import type { RedisReply } from "./reply.ts";
import { untilReady } from "./server.ts";

export interface SentinelOptions {
  /** The primary's port of 127.0.0.1, or that of a link to it. */
  readonly primary: number;
  /** How many Sentinels have to agree that it is down. Default 1. */
  readonly quorum?: number;
  /** How long it has to be silent for that, in milliseconds. Default 1,000. */
  readonly downAfterMs?: number;
  /** What the servers ask for, where they do. */
  readonly user?: string;
  readonly password?: string;
}

/** A Sentinel of the test's own. Those of one primary find each other through it within some seconds. */
export interface TestSentinel extends AsyncDisposable {
  readonly port: number;
  /** The port of the server that it holds for the primary. */
  primary(): Promise<number>;
  /** How many replicas and how many other Sentinels it knows. */
  peers(): Promise<{ readonly replicas: number; readonly sentinels: number }>;
  command(...words: readonly string[]): Promise<RedisReply>;
  stop(): Promise<void>;
}

/** Under which name the primary is known to it. */
const NAME = "primary";

function configuration(folder: string, port: number, options: SentinelOptions): string {
  const { primary, quorum = 1, downAfterMs = 1_000, user, password } = options;
  const lines = [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${folder}`,
    `pidfile ${pidFile(folder)}`,
    `sentinel monitor ${NAME} 127.0.0.1 ${primary} ${quorum}`,
    `sentinel down-after-milliseconds ${NAME} ${downAfterMs}`,
    ...(user === undefined ? [] : [`sentinel auth-user ${NAME} ${user}`]),
    ...(password === undefined ? [] : [`sentinel auth-pass ${NAME} ${password}`]),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * Starts a real Sentinel; it ends with this process at the latest.
 *
 * @throws RedisNotFound where there is no program of Redis: `redisAvailable("replicas")` tells.
 */
export async function startSentinel(options: SentinelOptions): Promise<TestSentinel> {
  const path = await redisProgram("replicas");
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "skyport-sentinel-"));
  guard({ folder, pidFile: pidFile(folder), endBy: "SIGKILL" });
  const configFile = join(folder, "sentinel.conf");
  await writeFile(configFile, configuration(folder, port, options));
  const instance = startSentinelInstance(path, folder, configFile);
  try {
    await untilReady(instance, { kind: "binary", path }, { port });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }

  let stopped: Promise<void> | undefined;
  async function end(): Promise<void> {
    await instance.signal("SIGKILL");
    await instance.exited;
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
  const stop = (): Promise<void> => (stopped ??= end());
  const command = (...words: readonly string[]): Promise<RedisReply> => runCommand({ port }, words);
  const count = async (what: string): Promise<number> => {
    const found = await command("SENTINEL", what, NAME);
    return Array.isArray(found) ? found.length : 0;
  };
  return {
    port,
    async primary() {
      const address = await command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
      return Number(Array.isArray(address) ? address[1] : undefined);
    },
    peers: async () => ({ replicas: await count("REPLICAS"), sentinels: await count("SENTINELS") }),
    command,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
