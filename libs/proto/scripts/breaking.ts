import { cp, mkdir, mkdtempDisposable, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type BaseCommit, baseCommit } from "./base-commit.ts";
import { buf, type Finding } from "./finding.ts";
import { must } from "./run.ts";
import type { Workspace } from "./workspace.ts";

/** Compares our protos with those of the base commit, by the rules of buf.yaml. */
export async function breaking(ws: Workspace): Promise<Finding> {
  const base = await baseCommit(ws);
  if ("none" in base) return { problems: [], note: `nothing to compare with: ${base.none}` };
  await using folder = await mkdtempDisposable(join(tmpdir(), "proto-base-"));
  await extract(ws, base, folder.path);
  const problems = await buf(ws, ["breaking", ws.protoPath, "--against", join(folder.path, ws.protoPath)]);
  return { problems, note: `compared with ${base.name}` };
}

/** A Buf workspace that holds the protos of a commit and, for all that they import, today's modules. */
async function extract(ws: Workspace, { commit }: BaseCommit, folder: string): Promise<void> {
  const archive = join(folder, "protos.tar");
  await must(ws, "git", ["archive", "--format=tar", `--output=${archive}`, commit, "--", ws.protoPath]);
  await must(ws, "tar", ["-xf", archive, "-C", folder]);
  await cp(join(ws.root, "buf.yaml"), join(folder, "buf.yaml"));
  await symlink(join(ws.root, "node_modules"), join(folder, "node_modules"), "junction");
  const validate = ws.validateDir.replace(ws.root, folder);
  await mkdir(dirname(validate), { recursive: true });
  await symlink(ws.validateDir, validate, "junction");
}
