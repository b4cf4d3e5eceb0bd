import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.ts";
import { isFresh, marksOf, writeMarks } from "./freshness.ts";

/** The programs that are bundled. */
export type ServiceName = "order-svc" | "product-svc";

const SELF = fileURLToPath(new URL(".", import.meta.url));

/**
 * The path of a service's bundle, which is made anew when a source of it has changed since. Where it is fresh this costs a
 * few milliseconds. Several processes may ask at once.
 *
 * @param root the project's folder
 * @throws esbuild's BuildFailure
 */
export async function ensureBundle(root: string, service: ServiceName): Promise<string> {
  const output = join("dist", service);
  const marks = join(root, "dist", `${service}.sources.json`);
  const program = join(root, output, "main.mjs");
  if (await isFresh(marks)) return program;
  await mkdir(join(root, "dist"), { recursive: true });
  // While there is no list, nobody takes a half-made bundle for a fresh one.
  await rm(marks, { force: true });
  const startedAt = Date.now();
  const { sources, folders } = await build(root, join("apps", service, "src/main.ts"), output);
  const inputs = [...sources, ...folders, join(root, "package-lock.json"), SELF];
  // What was changed meanwhile may have been read before: then the next caller makes it anew.
  if (await unchangedSince(startedAt, inputs)) await writeMarks(marks, await marksOf([...inputs, program]));
  return program;
}

async function unchangedSince(time: number, paths: readonly string[]): Promise<boolean> {
  const changes = await Promise.all(paths.map(async (path) => (await stat(path)).mtimeMs));
  return changes.every((changedAt) => changedAt < time);
}
