import { type Finished, run } from "./run.ts";
import type { Workspace } from "./workspace.ts";

/** The commit whose protos the working tree must stay compatible with. */
export interface BaseCommit {
  readonly commit: string;
  /** Which one it is, for people. */
  readonly name: string;
}

/**
 * Finds the commit to compare with: where this branch left main; HEAD, in a clone without main; and the commit before
 * HEAD when either would compare HEAD with itself, as in CI on main. Returns why there is none otherwise: no git, a
 * clone that is too shallow, no protos before.
 */
export async function baseCommit(ws: Workspace): Promise<BaseCommit | { readonly none: string }> {
  const head = await resolve(ws, "HEAD");
  if (head === undefined) return { none: "there is no git history here" };
  const start = await branchPoint(ws, head);
  const base = start.commit === head && (await isUnchanged(ws)) ? await parent(ws, start.name) : start;
  if ("none" in base) return base;
  const files = await git(ws, "ls-tree", "-r", "--name-only", base.commit, "--", ws.protoPath);
  return files.stdout === "" ? { none: `there are no protos in ${base.name}` } : base;
}

async function branchPoint(ws: Workspace, head: string): Promise<BaseCommit> {
  for (const ref of ["refs/heads/main", "refs/remotes/origin/main"]) {
    const tip = await resolve(ws, ref);
    if (tip === undefined) continue;
    const main = ref.replace(/^refs\/(heads|remotes)\//, "");
    if (tip === head) return { commit: head, name: main };
    const fork = await git(ws, "merge-base", head, tip);
    // A shallow clone may not reach back to where the branches part: main's tip is then the nearest thing.
    return fork.code === 0
      ? { commit: fork.stdout.trim(), name: `the fork from ${main}` }
      : { commit: tip, name: main };
  }
  return { commit: head, name: "HEAD (no main here)" };
}

async function parent(ws: Workspace, name: string): Promise<BaseCommit | { readonly none: string }> {
  const commit = await resolve(ws, "HEAD~1");
  return commit === undefined
    ? { none: `the working tree is ${name}, and the commit before it is not in this clone` }
    : { commit, name: "the commit before HEAD" };
}

async function isUnchanged(ws: Workspace): Promise<boolean> {
  const { code, stdout } = await git(ws, "status", "--porcelain", "--", ws.protoPath);
  return code === 0 && stdout === "";
}

async function resolve(ws: Workspace, ref: string): Promise<string | undefined> {
  const { code, stdout } = await git(ws, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
  return code === 0 ? stdout.trim() : undefined;
}

function git(ws: Workspace, ...args: readonly string[]): Promise<Finished> {
  return run(ws, "git", args);
}
