import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { objectOr, readObject } from "../src/json.ts";
import { type Graph, readGraph } from "../src/process/nx.ts";
import { copyWorkspace, type WorkspaceCopy } from "./workspace-copy.ts";

/**
 * Which kind of project may depend on which: the whole of it, a project's tests included. Only tests of libraries and
 * apps depend on testing; the import rules, which see files, tell the two apart.
 */
const MAY_DEPEND: Readonly<Record<string, readonly string[]>> = {
  "type:contract": [],
  "type:util": ["type:util", "type:contract", "type:testing"],
  "type:testing": ["type:util", "type:contract"],
  "type:app": ["type:util", "type:contract", "type:testing"],
  "type:tool": ["type:contract", "type:util", "type:testing"],
};

let copy: WorkspaceCopy;
let graph: Graph;

beforeAll(async () => {
  copy = await copyWorkspace();
  graph = await readGraph(copy.root);
}, 120_000);

afterAll(async () => {
  await copy[Symbol.asyncDispose]();
});

const typeOf = (project: string): string | undefined =>
  graph.projects.find(({ name }) => name === project)?.tags.find((tag) => tag.startsWith("type:"));

describe("the project graph", () => {
  test("gives each project exactly one type", () => {
    const types = graph.projects.map(({ tags }) => tags.filter((tag) => tag in MAY_DEPEND));
    expect(types.filter((tags) => tags.length !== 1)).toEqual([]);
    expect(types.length).toBeGreaterThan(10);
  });

  test("holds the edges that the types allow, and no other", () => {
    const wrong = graph.edges.filter(({ from, to }) => {
      const [source, target] = [typeOf(from), typeOf(to)];
      return source === undefined || target === undefined || !MAY_DEPEND[source]?.includes(target);
    });
    expect(graph.edges.length).toBeGreaterThan(10);
    expect(wrong).toEqual([]);
  });

  test("has no cycle", () => {
    const cyclic = graph.projects.filter(({ name }) => {
      const reached = new Set<string>();
      const follow = (project: string): void => {
        for (const { from, to } of graph.edges) {
          if (from !== project || reached.has(to)) continue;
          reached.add(to);
          follow(to);
        }
      };
      follow(name);
      return reached.has(name);
    });
    expect(cyclic.map(({ name }) => name)).toEqual([]);
  });

  test("holds only what the package.json files declare", async () => {
    const declared = new Map(
      await Promise.all(
        graph.projects.map(async ({ name, root }): Promise<[string, readonly string[]]> => {
          const { dependencies, devDependencies } = await readObject(`${copy.root}/${root}/package.json`);
          return [name, Object.keys({ ...objectOr(dependencies), ...objectOr(devDependencies) })];
        }),
      ),
    );
    expect(graph.edges.filter(({ from, to }) => !declared.get(from)?.includes(`@skyport/${to}`))).toEqual([]);
  });
});
