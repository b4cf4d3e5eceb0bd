import { cp, mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Copies a folder with everything in it. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, { recursive: true });
}

/**
 * Moves every file of `from` to the same place under `to`, replacing what is there, and removes what `from` does not
 * have. Each file changes at once. Both have to be on one file system.
 */
export async function moveInto(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const entries = await readdir(from, { withFileTypes: true });
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await moveInto(source, target);
    else await rename(source, target);
  }
  const kept = new Set(entries.map(({ name }) => name));
  for (const name of await readdir(to)) {
    if (!kept.has(name)) await rm(join(to, name), { recursive: true, force: true });
  }
}
