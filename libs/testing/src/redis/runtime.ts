import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What can run a Redis server here: a program, or a container image. */
export type RedisRuntime =
  | { readonly kind: "binary"; readonly path: string }
  | { readonly kind: "docker"; readonly image: string };

const IMAGE = "redis:7-alpine";

function onPath(...names: readonly string[]): string | undefined {
  const { PATH = "" } = process.env;
  const folders = PATH.split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

function binary(): RedisRuntime | undefined {
  const path = onPath("redis-server", "valkey-server");
  return path === undefined ? undefined : { kind: "binary", path };
}

async function docker(): Promise<RedisRuntime | undefined> {
  const answers = run("docker", ["version", "--format", "{{.Server.Version}}"], { timeout: 5_000 });
  return answers.then(
    () => ({ kind: "docker", image: IMAGE }),
    () => undefined,
  );
}

/** As root on Debian or Ubuntu, and only there: elsewhere an install is for the user to decide. */
function installed(): RedisRuntime | undefined {
  if (process.getuid?.() !== 0 || onPath("apt-get") === undefined) return undefined;
  process.stderr.write("No Redis found: installing the package redis-server\n");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [
    ["update", "-q"],
    ["install", "-qy", "--no-install-recommends", "redis-server"],
  ]) {
    spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"] });
  }
  return binary();
}

let found: Promise<RedisRuntime | undefined> | undefined;

/** Looked up once: a program on PATH, else Docker where its daemon answers, else an install where we may. */
export function findRedis(): Promise<RedisRuntime | undefined> {
  found ??= Promise.resolve(binary()).then(async (path) => path ?? (await docker()) ?? installed());
  return found;
}

/** The line that gets this machine a Redis. */
export function installLine(): string {
  if (process.platform === "darwin") return "brew install redis";
  if (process.platform === "win32") return "set REDIS_URL to a running Redis 7, or start Docker";
  if (onPath("dnf") !== undefined) return "sudo dnf install valkey";
  if (onPath("apk") !== undefined) return "apk add redis";
  return "sudo apt-get install -y redis-server";
}
