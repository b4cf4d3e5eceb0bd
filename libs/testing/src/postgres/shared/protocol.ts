import { createHash } from "node:crypto";
import { chmod, mkdir, stat } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The keeper's one line to each client. */
export type Greeting = { readonly url: string; readonly port: number } | { readonly error: string };

/**
 * Where the clients of this checkout meet their keeper: a socket in a folder that only this user can enter.
 *
 * @throws Error when the folder is someone else's.
 */
export async function meetingPoint(): Promise<string> {
  const { uid } = userInfo();
  const folder = join(tmpdir(), `skyport-${uid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await stat(folder)).uid !== uid) throw new Error(`${folder} belongs to another user`);
  await chmod(folder, 0o700);
  const checkout = createHash("sha256")
    .update(fileURLToPath(import.meta.url))
    .digest("hex")
    .slice(0, 12);
  return join(folder, `${checkout}.sock`);
}
