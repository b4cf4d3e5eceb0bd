import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

function idOf(user: string): Account | undefined {
  try {
    const [uid, gid] = ["-u", "-g"].map((flag) =>
      Number(execFileSync("id", [flag, user], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })),
    );
    return uid === undefined || gid === undefined ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}

/**
 * The account that PostgreSQL runs as: undefined stands for the present one. PostgreSQL refuses to run as root; then it
 * is the owner of the data that is there already, else `postgres` where that user exists, else `nobody`, so that no user
 * is added to the machine.
 *
 * @throws Error when root finds none.
 */
export function serverAccount(dataDir?: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = dataDir === undefined ? undefined : statSync(dataDir, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = idOf("postgres") ?? idOf("nobody");
  if (account === undefined)
    throw new Error("PostgreSQL does not run as root, and there is no user postgres or nobody");
  return account;
}

/** Whether the account may pass through every folder above `path`, and through `path` itself. */
export function canReach(account: Account | undefined, path: string): boolean {
  if (account === undefined) return true;
  for (let at = resolve(path); ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
