import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { MUTATIONS, type Mutation } from "./mutation-list.ts";

/*
 * Shows that the tests hold the protocol: takes one line that keeps an invariant out of a copy of this library, runs the
 * tests there, and fails when they stay green. `node scripts/mutations.ts [part of a name]`; takes some minutes.
 */

const library = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(dirname(library));

function copy(): string {
  const workspace = mkdtempSync(join(tmpdir(), "skyport-mutations-"));
  const target = join(workspace, "libs", "cache");
  mkdirSync(target, { recursive: true });
  for (const part of ["src", "tests", "package.json", "tsconfig.json", "node_modules"]) {
    cpSync(join(library, part), join(target, part), { recursive: true });
  }
  for (const file of ["package.json", "jest.config.mjs", "tsconfig.base.json"])
    cpSync(join(root, file), join(workspace, file));
  symlinkSync(join(root, "node_modules"), join(workspace, "node_modules"));
  return workspace;
}

function mutate(folder: string, { file, find, replace }: Mutation): () => void {
  const path = join(folder, "src", file);
  const before = readFileSync(path, "utf8");
  if (before.split(find).length !== 2) throw new Error(`${file} does not hold exactly once: ${find}`);
  writeFileSync(
    path,
    before.replace(find, () => replace),
  );
  return () => writeFileSync(path, before);
}

/** The name of the first test that fails, undefined when all pass. */
function firstFailure(workspace: string, level: "unit" | "int"): string | undefined {
  const pattern = level === "unit" ? "**/src/**/*.test.ts" : "**/tests/**/*.int.test.ts";
  const args = ["-c", "../../jest.config.mjs", "--rootDir", ".", "--bail", "--testMatch", pattern];
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, "node_modules", "jest", "bin", "jest.js"), ...args],
    {
      cwd: join(workspace, "libs", "cache"),
      env: { ...process.env, NODE_OPTIONS: "--experimental-vm-modules --disable-warning=ExperimentalWarning" },
      encoding: "utf8",
    },
  );
  if (status === 0) return undefined;
  return /● (.*)/.exec(stderr)?.[1] ?? stderr.slice(-300);
}

const [, , wanted = ""] = process.argv;
const mutations = MUTATIONS.filter(({ name }) => name.includes(wanted));
const workspace = copy();
// All of them once, so that a line that has changed since is noticed at once.
for (const mutation of mutations) mutate(join(workspace, "libs", "cache"), mutation)();
let survivors = 0;
try {
  for (const mutation of mutations) {
    const undo = mutate(join(workspace, "libs", "cache"), mutation);
    const failure = firstFailure(workspace, "unit") ?? firstFailure(workspace, "int");
    undo();
    if (failure === undefined) survivors += 1;
    process.stdout.write(
      `${failure === undefined ? "SURVIVED" : "killed  "} ${mutation.name}\n         ${failure ?? ""}\n`,
    );
  }
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
process.exitCode = survivors === 0 ? 0 : 1;
