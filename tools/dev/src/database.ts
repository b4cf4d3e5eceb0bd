import { existsSync } from "node:fs";
import { chown, mkdir, mkdtemp, readFile, realpath, symlink } from "node:fs/promises";
import { join } from "node:path";
import {
  canReach,
  createCluster,
  endPostmaster,
  freePort,
  postgresMajor,
  postgresUrl,
  ROOT_STATE_DIR,
  serverAccount,
  startPostmaster,
} from "@skyport/testing";
import { DevError } from "./dev-error.ts";
import { isFree } from "./ports.ts";
import { keptSecret, readText, writeText } from "./state.ts";

export const PRODUCT_DATABASE = "product";
export const ORDER_DATABASE = "order";

/** How long a server left by a killed start may take for its shutdown, in milliseconds. */
const SHUTDOWN_MS = 30_000;

/** The embedded PostgreSQL, running. */
export interface EmbeddedDatabase {
  readonly pid: number;
  readonly port: number;
  /** The folder that holds the data, symbolic links resolved. */
  readonly dataDir: string;
  url(database: string): string;
  /** Resolves when the server has ended, whatever ended it. */
  readonly exited: Promise<void>;
  /** fast: data is flushed. immediate: at once, the next start recovers. */
  stop(mode: "fast" | "immediate"): Promise<void>;
}

/**
 * Makes the cluster in `link`; or, where the server's account cannot come there (root's checkout below /root), in a
 * folder that it can reach, with a symbolic link in place.
 */
async function create(link: string, stateDir: string, password: string): Promise<void> {
  const databases = [PRODUCT_DATABASE, ORDER_DATABASE];
  const account = serverAccount();
  if (canReach(account, stateDir)) {
    await createCluster({ dataDir: link, password, auth: "scram-sha-256", databases });
    return;
  }
  await mkdir(ROOT_STATE_DIR, { recursive: true, mode: 0o755 });
  const home = await mkdtemp(join(ROOT_STATE_DIR, "data-"));
  if (account !== undefined) await chown(home, account.uid, account.gid);
  const dataDir = join(home, "postgres");
  await createCluster({ dataDir, password, auth: "scram-sha-256", databases });
  await symlink(dataDir, link);
}

async function requireSameMajor(dataDir: string): Promise<void> {
  const found = (await readFile(join(dataDir, "PG_VERSION"), "utf8")).trim();
  const ours = await postgresMajor();
  if (found === ours) return;
  throw new DevError(
    `the data in ${dataDir} is PostgreSQL ${found}'s, and this version brings ${ours}: move that folder away to begin ` +
      "with empty databases, or use the version that made it",
  );
}

/** The port of the last start, so that a database tool finds it again; another one when it is taken. */
async function keptPort(stateDir: string): Promise<number> {
  const file = join(stateDir, "postgres.port");
  const kept = Number(await readText(file));
  if (Number.isInteger(kept) && kept > 0 && (await isFree(kept))) return kept;
  const port = await freePort();
  await writeText(file, String(port));
  return port;
}

/**
 * Starts the PostgreSQL that keeps its data in the state folder, and makes it first where there is none. A server that a
 * killed start has left there is ended, in order; crash recovery is waited for.
 *
 * @throws DevError when the data is another major version's, or the server does not start.
 */
export async function openDatabase(stateDir: string, say: (line: string) => void): Promise<EmbeddedDatabase> {
  const link = join(stateDir, "postgres");
  const isNew = !existsSync(link);
  const passwordFile = join(stateDir, "postgres.password");
  if (!isNew && (await readText(passwordFile)) === undefined) {
    throw new DevError(`${passwordFile} is gone: put it back, or remove ${stateDir} to begin with empty databases`);
  }
  const password = await keptSecret(stateDir, "postgres.password");
  if (isNew) {
    say("making the databases, once");
    await create(link, stateDir, password);
  }
  const dataDir = await realpath(link);
  await requireSameMajor(dataDir);
  await endPostmaster(dataDir, "fast", SHUTDOWN_MS);
  const port = await keptPort(stateDir);
  const postmaster = await startPostmaster({
    dataDir,
    port,
    logFile: join(stateDir, "postgres.log"),
    settings: { max_connections: 200 },
  });
  return { ...postmaster, port, dataDir, url: (database) => postgresUrl(port, password, database) };
}
