import { cp, glob, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readObject } from "../src/json.ts";
import { ROOT, run } from "../src/process/command.ts";

const LIMIT_MS = 120_000;
const SCOPE = "@skyport";

/** This repository's files in a temporary folder that a test may change, with its packages and an Nx cache of its own. */
export interface WorkspaceCopy extends AsyncDisposable {
  readonly root: string;
  write(path: string, text: string): Promise<void>;
  /** Runs a program and gives what it printed. Throws an Error with that when it fails and was not expected to. */
  run(program: string, args: readonly string[], expected?: "success" | "any"): Promise<string>;
}

/** Copies what git would commit, so that a test judges the work tree. */
export async function copyWorkspace(): Promise<WorkspaceCopy> {
  const root = await mkdtemp(join(tmpdir(), "workspace-"));
  const copy: WorkspaceCopy = {
    root,
    write: async (path, text) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    },
    run: async (program, args, expected = "success") => {
      const { ok, output } = await run(program, args, { cwd: root, limitMs: LIMIT_MS });
      if (!ok && expected === "success") throw new Error(`${program} failed:\n${output}`);
      return output;
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
  const listed = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"], {
    limitMs: LIMIT_MS,
  });
  if (!listed.ok) throw new Error(`git cannot list the files:\n${listed.output}`);
  for (const path of listed.output.split("\n")) {
    // A file that was deleted and not yet committed is listed too.
    await cp(join(ROOT, path), join(root, path)).catch(() => undefined);
  }
  await linkPackages(root);
  await copy.run("git", ["init", "-q"]);
  return copy;
}

/** Links all packages; those of the workspace, as npm does, to the copy's own folders. */
async function linkPackages(root: string): Promise<void> {
  const [from, to] = [join(ROOT, "node_modules"), join(root, "node_modules")];
  await mkdir(join(to, SCOPE), { recursive: true });
  for (const entry of await readdir(from)) {
    if (entry !== SCOPE) await symlink(join(from, entry), join(to, entry), "junction");
  }
  for await (const manifest of glob("{apps,libs,tools}/*/package.json", { cwd: root })) {
    const name = String((await readObject(join(root, manifest)))["name"]);
    await symlink(join(root, dirname(manifest)), join(to, name), "junction");
  }
}
