import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { baseCommit } from "../scripts/base-commit.ts";
import { emptyWorkspace, openWorkspace, type WorkspaceCopy } from "./workspace-copy.ts";

const FILE = "libs/proto/proto/thing.proto";

describe("baseCommit", () => {
  let copy: WorkspaceCopy;
  beforeEach(async () => {
    copy = await emptyWorkspace();
  });
  afterEach(async () => {
    await copy[Symbol.asyncDispose]();
  });

  const hash = async (ref: string) => (await copy.git("rev-parse", ref)).trim();
  const base = async (of = copy) => {
    const found = await baseCommit(of.ws);
    return "none" in found ? found.none : found.commit;
  };

  const clone = async (...options: readonly string[]) => {
    const folder = await mkdtemp(join(tmpdir(), "proto-clone-"));
    await copy.git("clone", "-q", ...options, `file://${copy.ws.root}`, folder);
    return openWorkspace(folder);
  };

  test("is the commit before main's tip when nothing is uncommitted", async () => {
    await copy.write(FILE, "one");
    await copy.commit();
    await copy.write(FILE, "two");
    await copy.commit();
    expect(await base()).toBe(await hash("HEAD~1"));
  });

  test("is main's tip when protos have uncommitted changes", async () => {
    await copy.write(FILE, "one");
    await copy.commit();
    await copy.write(FILE, "two");
    expect(await base()).toBe(await hash("main"));
  });

  test("is the commit where a branch left main, whatever main did since", async () => {
    await copy.write(FILE, "one");
    await copy.commit();
    const fork = await hash("HEAD");
    await copy.git("branch", "topic");
    await copy.write(FILE, "two, on main");
    await copy.commit();
    await copy.git("switch", "-q", "topic");
    await copy.write(FILE, "two, on the branch");
    await copy.commit();
    expect(await base()).toBe(fork);
  });

  test("is HEAD for changes in a clone that has no main, and the commit before for none", async () => {
    await copy.write(FILE, "one");
    await copy.commit();
    await copy.write(FILE, "two");
    await copy.commit();
    await copy.git("checkout", "-q", "--detach");
    await copy.git("branch", "-q", "-D", "main");
    expect(await base()).toBe(await hash("HEAD~1"));
    await copy.write(FILE, "three");
    expect(await base()).toBe(await hash("HEAD"));
  });

  test("is found by the remote's main, whose tip stands in when a shallow clone does not reach back", async () => {
    await copy.write(FILE, "one");
    await copy.commit();
    const fork = await hash("HEAD");
    await copy.write(FILE, "two, on main");
    await copy.commit();
    await copy.git("switch", "-q", "-c", "topic", fork);
    await copy.write(FILE, "two, on the branch");
    await copy.commit();
    await using full = await clone("--branch=topic");
    expect(await base(full)).toBe(fork);
    await using shallow = await clone("--branch=topic", "--depth=1", "--no-single-branch");
    expect(await base(shallow)).toBe(await hash("main"));
  });

  test("is none in a clone of main's last commit alone", async () => {
    await copy.write(FILE, "one");
    await copy.commit();
    await copy.write(FILE, "two");
    await copy.commit();
    await using shallow = await clone("--depth=1");
    expect(await base(shallow)).toMatch(/not in this clone/);
  });

  test("is none when there are no protos in it, or no commit at all", async () => {
    expect(await base()).toMatch(/no git history/);
    await copy.commit();
    await copy.write(FILE, "one");
    expect(await base()).toMatch(/no protos in main/);
  });
});
