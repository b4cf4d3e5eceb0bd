import { spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { serverAccount } from "./account.ts";
import { findBinaries } from "./binaries.ts";

export const SUPERUSER = "postgres";

export interface ClusterOptions {
  /** Made by this call; its parent exists. */
  readonly dataDir: string;
  readonly password: string;
  /** How clients on 127.0.0.1 prove the password. */
  readonly auth: "scram-sha-256" | "password";
  /** Databases to make besides `postgres`. */
  readonly databases?: readonly string[];
  /** Whether files are flushed to the disk; default true. */
  readonly durable?: boolean;
}

/** Runs one of PostgreSQL's programs and gives its output. */
async function runTool(file: string, args: readonly string[], input = ""): Promise<string> {
  const child = spawn(file, args, { ...serverAccount(), stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.on("error", () => undefined).end(input);
  const [code] = await once(child, "close");
  if (code === 0) return output.trim();
  const lines = output.trim().split("\n");
  const errors = lines.filter((line) => /error|fatal|panic|could not/i.test(line));
  throw new Error(`${basename(file)} failed: ${(errors.length > 0 ? errors : lines.slice(-3)).join(" | ")}`);
}

/** The major version of the embedded PostgreSQL, such as "18": data of another one cannot be read. */
export async function postgresMajor(): Promise<string> {
  const version = /\d+/.exec(await runTool(findBinaries().postgres, ["--version"]))?.[0];
  if (version === undefined) throw new Error("PostgreSQL does not tell its version");
  return version;
}

/**
 * Makes a database cluster (initdb) with the superuser `postgres`. It appears under `dataDir` only when it is whole: a
 * process killed halfway leaves a folder with another name.
 */
export async function createCluster(options: ClusterOptions): Promise<void> {
  const { dataDir, databases = [], durable = true } = options;
  const { initdb, postgres } = findBinaries();
  const account = serverAccount();
  const partial = `${dataDir}.new`;
  const passwordFile = `${dataDir}.new.password`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { mode: 0o700 });
  await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 });
  try {
    if (account !== undefined) {
      await chown(partial, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    // Neither the machine's locale nor its C library decides how text sorts: the same everywhere.
    const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
    const login = [`--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, `--auth=${options.auth}`];
    const sync = durable ? [] : ["--no-sync"];
    await runTool(initdb, [`--pgdata=${partial}`, "--no-instructions", ...locale, ...login, ...sync]);
    if (databases.length > 0) {
      const sql = databases.map((name) => `CREATE DATABASE "${name.replaceAll('"', '""')}"\n`).join("");
      await runTool(postgres, ["--single", ...(durable ? [] : ["-F"]), "-D", partial, "postgres"], sql);
    }
    await rename(partial, dataDir);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(partial, { recursive: true, force: true });
  }
}

/** The address of one of its databases. */
export function postgresUrl(port: number, password: string, database: string): string {
  return `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}
