import { mkdir, mkdtempDisposable, readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Finding } from "./finding.ts";
import { renderIndex } from "./index-file.ts";
import { must } from "./run.ts";
import type { Workspace } from "./workspace.ts";

/** Generates everything anew beside the committed files, and names each that is not what it should be. */
export async function drift(ws: Workspace): Promise<Finding> {
  // Inside the workspace, so that the generated modules find their packages when the index is made from them.
  const scratch = join(ws.root, "tmp");
  await mkdir(scratch, { recursive: true });
  await using folder = await mkdtempDisposable(join(scratch, "proto-drift-"));
  await must(ws, "buf", ["generate", "-o", folder.path]);
  const genDir = join(folder.path, relative(ws.root, ws.genDir));
  const problems = await differences(ws, genDir);
  const index = await readFile(ws.indexFile, "utf8").catch(() => "");
  if (index !== (await renderIndex({ ...ws, genDir }))) problems.push(problem(ws, ws.indexFile, "is out of date"));
  return { problems };
}

async function differences(ws: Workspace, genDir: string): Promise<string[]> {
  const [committed, generated] = await Promise.all([contents(ws.genDir), contents(genDir)]);
  const problems = [...new Set([...committed.keys(), ...generated.keys()])].sort().map((name) => {
    const file = join(ws.genDir, name);
    if (!committed.has(name)) return problem(ws, file, "is missing");
    if (!generated.has(name)) return problem(ws, file, "is not generated any more");
    return committed.get(name) === generated.get(name) ? [] : problem(ws, file, "is out of date");
  });
  return problems.flat();
}

function problem(ws: Workspace, file: string, what: string): string {
  return `${relative(ws.root, file)} ${what}: npm run generate`;
}

/** The text of every file below a folder, by its path in there; empty when there is no such folder. */
async function contents(folder: string): Promise<Map<string, string>> {
  const present = await stat(folder).catch(() => undefined);
  if (present === undefined) return new Map();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file): Promise<[string, string]> => [relative(folder, file), await readFile(file, "utf8")]),
    ),
  );
}
