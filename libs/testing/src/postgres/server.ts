import { randomBytes } from "node:crypto";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { guard } from "../guard.ts";
import { canReach, serverAccount } from "./account.ts";
import { createCluster, postgresUrl } from "./cluster.ts";
import { type CreateDatabaseOptions, createDatabaseOn } from "./databases.ts";
import { type Postmaster, type ShutdownMode, startPostmaster } from "./postmaster.ts";

export interface PostgresOptions {
  /** Whether commits wait for the disk; default false: a killed process loses nothing by that, a power cut would. */
  readonly fsync?: boolean;
  /** Default 200. */
  readonly maxConnections?: number;
  /** Further settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** Where a test finds a server that it may share with other tests. */
export interface PostgresDatabases {
  /** The superuser's address of the database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Makes a database and gives its address. */
  createDatabase(options?: CreateDatabaseOptions): Promise<string>;
}

/** A PostgreSQL server of the test's own. */
export interface TestPostgres extends PostgresDatabases, AsyncDisposable {
  readonly dataDir: string;
  /** The postmaster's process id; changes with each restart. */
  readonly pid: number;
  /** Stops it, if it runs, and starts it again on the same port with its data; `mode` defaults to fast. */
  restart(options?: { readonly mode?: ShutdownMode }): Promise<void>;
  /** SIGKILL for all of its processes. `restart` recovers it. */
  kill(): Promise<void>;
  /** Ends it and removes its folder; may be called twice. */
  stop(): Promise<void>;
}

async function freshFolder(): Promise<string> {
  const account = serverAccount();
  // A TMPDIR below /root is no place for a server that does not run as root.
  const parent = canReach(account, tmpdir()) ? tmpdir() : "/tmp";
  const folder = await mkdtemp(join(parent, "skyport-postgres-"));
  if (account !== undefined) await chown(folder, account.uid, account.gid);
  return folder;
}

/**
 * Starts a real PostgreSQL 18 in a fresh folder, on a free port of 127.0.0.1. It ends with this process at the latest,
 * even when that is killed by SIGKILL. Starting takes about a second: `sharedPostgres` is for tests that do not restart
 * or kill the server.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<TestPostgres> {
  const folder = await freshFolder();
  const dataDir = join(folder, "data");
  guard({ folder, pidFile: join(dataDir, "postmaster.pid"), endBy: "SIGQUIT" });
  const password = randomBytes(12).toString("hex");
  const durable = options.fsync ?? false;
  const speed = durable ? {} : { fsync: "off", full_page_writes: "off" };
  const settings = { max_connections: options.maxConnections ?? 200, ...speed, ...options.settings };
  const port = await freePort();
  const start = (): Promise<Postmaster> =>
    startPostmaster({ dataDir, port, logFile: join(folder, "server.log"), settings });
  let stopped: Promise<void> | undefined;
  let postmaster: Postmaster;
  try {
    await createCluster({ dataDir, password, auth: "password", durable: false });
    postmaster = await start();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }

  async function stop(): Promise<void> {
    await postmaster.stop("immediate");
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }

  const url = postgresUrl(port, password, "postgres");
  return {
    url,
    port,
    dataDir,
    get pid() {
      return postmaster.pid;
    },
    createDatabase: (database) => createDatabaseOn(url, database),
    async restart({ mode = "fast" } = {}) {
      await postmaster.stop(mode);
      postmaster = await start();
    },
    kill: () => postmaster.kill(),
    stop: () => (stopped ??= stop()),
    [Symbol.asyncDispose]: () => (stopped ??= stop()),
  };
}
