import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { objectOr, readObject } from "../json.ts";
import { ROOT, run } from "./command.ts";

export interface Project {
  readonly name: string;
  /** Its folder, relative to the repository's root. */
  readonly root: string;
  readonly tags: readonly string[];
}

export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** The projects and who depends on whom, as Nx reads them from imports and package.json files. */
export interface Graph {
  readonly projects: readonly Project[];
  readonly edges: readonly Edge[];
}

/**
 * Asks Nx for the project graph. Nx saves it as well, and the import rules of ESLint judge by what was saved last.
 *
 * @throws Error with what Nx said when it cannot tell.
 */
export async function readGraph(root = ROOT): Promise<Graph> {
  const file = join(root, "tmp", "results", "graph.json");
  await mkdir(dirname(file), { recursive: true });
  const { ok, output } = await run("nx", ["graph", `--file=${file}`], { cwd: root, limitMs: 120_000 });
  if (!ok) throw new Error(`nx graph failed:\n${output}`);
  return parseGraph((await readObject(file))["graph"]);
}

/** Narrows what `nx graph --file` writes. Edges to npm packages are left out. */
export function parseGraph(graph: unknown): Graph {
  const { nodes, dependencies } = objectOr(graph);
  const projects = Object.entries(objectOr(nodes)).map(([name, node]): Project => {
    const { root, tags } = objectOr(objectOr(node)["data"]);
    if (typeof root !== "string") throw new Error(`nx graph tells no folder of ${name}`);
    return { name, root, tags: Array.isArray(tags) ? tags.map(String) : [] };
  });
  const names = new Set(projects.map(({ name }) => name));
  const edges = Object.entries(objectOr(dependencies)).flatMap(([from, targets]) =>
    (Array.isArray(targets) ? targets : []).map((target): Edge => ({ from, to: String(objectOr(target)["target"]) })),
  );
  return { projects, edges: edges.filter(({ to }) => names.has(to)) };
}
