import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DevError } from "./dev-error.ts";

/**
 * Makes the folder that keeps everything between two starts. Others may enter it: the database's account is another one
 * when root starts it. What is secret in it is for the owner alone.
 *
 * @throws DevError when it cannot be written.
 */
export async function openStateDir(stateDir: string): Promise<void> {
  try {
    await mkdir(stateDir, { recursive: true, mode: 0o755 });
    const probe = join(stateDir, `.probe.${process.pid}`);
    await writeFile(probe, "x");
    await rm(probe);
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new DevError(`cannot write to ${stateDir} (${why}): free it, or run as the user who owns it`);
  }
}

/** The file's text, undefined when there is no such file. */
export async function readText(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes the file whole or not at all, readable by its owner alone. */
export async function writeText(file: string, text: string): Promise<void> {
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, `${text}\n`, { mode: 0o600 });
  await rename(partial, file);
}

/** A random secret of 32 bytes, in URL-safe characters, that is made once and kept. */
export async function keptSecret(stateDir: string, name: string): Promise<string> {
  const file = join(stateDir, name);
  const kept = await readText(file);
  if (kept !== undefined && kept !== "") return kept;
  const secret = randomBytes(32).toString("base64url");
  await writeText(file, secret);
  return secret;
}
