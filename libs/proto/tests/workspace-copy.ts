import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { must } from "../scripts/run.ts";
import { writeValidateProto } from "../scripts/validate-proto.ts";
import { type Workspace, workspace } from "../scripts/workspace.ts";

const AUTHOR = ["-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"];

/** A workspace in a temporary folder that a test may change; it is a git repository with no commit yet. */
export interface WorkspaceCopy extends AsyncDisposable {
  readonly ws: Workspace;
  /** Writes a file of the workspace. */
  write(path: string, text: string): Promise<void>;
  /** Commits all files but the packages. */
  commit(): Promise<void>;
  git(...args: readonly string[]): Promise<string>;
}

/** An empty workspace with this repository's Buf settings and packages. */
export async function emptyWorkspace(): Promise<WorkspaceCopy> {
  const { root } = workspace();
  const folder = await mkdtemp(join(tmpdir(), "proto-workspace-"));
  for (const file of ["buf.yaml", "buf.gen.yaml", "biome.json"]) {
    await cp(join(root, file), join(folder, file));
  }
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  // The pattern `node_modules/` does not match a link.
  await writeFile(join(folder, ".gitignore"), "node_modules\nlibs/proto/.validate\ntmp\n");
  const copy = openWorkspace(folder);
  await writeValidateProto(copy.ws.validateDir);
  await copy.git("init", "-q", "-b", "main");
  return copy;
}

/** The same with this repository's protos and generated files. */
export async function fullWorkspace(): Promise<WorkspaceCopy> {
  const copy = await emptyWorkspace();
  const { root } = workspace();
  for (const path of ["libs/proto/proto", "libs/proto/src", "libs/proto/package.json"]) {
    await cp(join(root, path), join(copy.ws.root, path), { recursive: true });
  }
  return copy;
}

/** A workspace that is there already: a clone. */
export function openWorkspace(folder: string): WorkspaceCopy {
  const ws = workspace(folder);
  const git: WorkspaceCopy["git"] = (...args) => must(ws, "git", [...AUTHOR, ...args]);
  return {
    ws,
    git,
    write: async (path, text) => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    },
    commit: async () => {
      await git("add", "--all");
      await git("commit", "-q", "--allow-empty", "-m", "A change");
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
