import { randomUUID } from "node:crypto";
import { readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What a file looked like: size in bytes and time of its last change in milliseconds; for a folder, its names too. */
type Mark = string;

/** The marks of everything that a bundle was made from. */
export type Marks = Readonly<Record<string, Mark>>;

async function markOf(path: string): Promise<Mark> {
  const found = await stat(path);
  if (!found.isDirectory()) return `${found.size} ${found.mtimeMs}`;
  const files = (await readdir(path)).sort();
  const marks = await Promise.all(files.map(async (file) => `${file} ${await markOf(join(path, file))}`));
  return marks.join("\n");
}

/** What these files and folders look like now. Rejects when one is not there. */
export async function marksOf(paths: readonly string[]): Promise<Marks> {
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await markOf(path)] as const)));
}

/** Writes down what a bundle was made from. */
export async function writeMarks(file: string, marks: Marks): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(marks));
  await rename(draft, file);
}

/** Whether all of it still looks the same. */
async function stands(marks: Marks): Promise<boolean> {
  const now = await marksOf(Object.keys(marks));
  return Object.entries(marks).every(([path, mark]) => now[path] === mark);
}

/** Whether everything that was written down still looks the same. */
export async function isFresh(file: string): Promise<boolean> {
  try {
    return await stands(JSON.parse(await readFile(file, "utf8")));
  } catch {
    // No bundle yet, half a list, or a source that is gone.
    return false;
  }
}
