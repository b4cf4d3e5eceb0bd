import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { isObject, readObject } from "../src/json.ts";
import { readGraph } from "../src/process/nx.ts";
import { copyWorkspace, type WorkspaceCopy } from "./workspace-copy.ts";

/** A file of one import, and the word that its refusal must hold; without one the import is allowed. */
interface Probe {
  readonly what: string;
  readonly file: string;
  readonly imports: string;
  readonly refusedFor?: string;
}

const refused: readonly Required<Probe>[] = [
  {
    what: "an app imports another app",
    file: "apps/order-svc/src/probe-app.ts",
    imports: "@skyport/product-svc",
    refusedFor: "can only depend on libs tagged with",
  },
  {
    what: "an app's test imports another app",
    file: "apps/order-svc/tests/probe-app.int.test.ts",
    imports: "@skyport/product-svc",
    refusedFor: "can only depend on libs tagged with",
  },
  {
    what: "an app imports testing in its source",
    file: "apps/order-svc/src/probe-testing.ts",
    imports: "@skyport/testing",
    refusedFor: "can only depend on libs tagged with",
  },
  {
    what: "a library imports an app",
    file: "libs/rpc/src/probe-app.ts",
    imports: "@skyport/product-svc",
    refusedFor: "Circular dependency",
  },
  {
    what: "a library imports testing in its source",
    file: "libs/rpc/src/probe-testing.ts",
    imports: "@skyport/testing",
    refusedFor: "can only depend on libs tagged with",
  },
  {
    what: "a tool imports an app",
    file: "tools/seed/src/probe-app.ts",
    imports: "@skyport/product-svc",
    refusedFor: "can only depend on libs tagged with",
  },
  {
    what: "the contract imports a library",
    file: "libs/proto/src/probe-util.ts",
    imports: "@skyport/deadline",
    refusedFor: "Circular dependency",
  },
  {
    what: "the contract imports testing",
    file: "libs/proto/src/probe-testing.ts",
    imports: "@skyport/testing",
    refusedFor: "cannot depend on any libs with tags",
  },
  {
    what: "a project reaches into another by path",
    file: "libs/rpc/src/probe-path.ts",
    imports: "../../deadline/src/deadline.ts",
    refusedFor: "cannot be imported by a relative or absolute path",
  },
  {
    what: "an app reaches into another by path",
    file: "apps/order-svc/src/probe-path.ts",
    imports: "../../product-svc/src/main.ts",
    refusedFor: "cannot be imported by a relative or absolute path",
  },
  {
    what: "an app imports the database's driver",
    file: "apps/order-svc/src/probe-postgres.ts",
    imports: "postgres",
    refusedFor: 'not allowed to import "postgres"',
  },
  {
    what: "an app imports Drizzle's driver",
    file: "apps/order-svc/src/probe-drizzle.ts",
    imports: "drizzle-orm/postgres-js",
    refusedFor: 'not allowed to import "drizzle-orm/postgres-js"',
  },
  {
    what: "an app's test imports the cache's driver",
    file: "apps/order-svc/tests/probe-redis.int.test.ts",
    imports: "@redis/client",
    refusedFor: 'not allowed to import "@redis/client"',
  },
  {
    what: "the cache imports the database's driver",
    file: "libs/cache/src/probe-postgres.ts",
    imports: "postgres",
    refusedFor: 'not allowed to import "postgres"',
  },
  {
    what: "the database imports the cache's driver",
    file: "libs/db/src/probe-redis.ts",
    imports: "@redis/client",
    refusedFor: 'not allowed to import "@redis/client"',
  },
  {
    what: "a project imports a package that its package.json does not name",
    file: "apps/order-svc/src/probe-undeclared.ts",
    imports: "pino",
    refusedFor: 'defined in the "package.json"',
  },
];

const allowed: readonly Probe[] = [
  { what: "an app imports a library", file: "apps/order-svc/src/probe-util.ts", imports: "@skyport/db" },
  { what: "an app imports the contract", file: "apps/order-svc/src/probe-contract.ts", imports: "@skyport/proto" },
  { what: "an app imports Drizzle", file: "apps/order-svc/src/probe-orm.ts", imports: "drizzle-orm/pg-core" },
  {
    what: "an app's test imports testing",
    file: "apps/order-svc/tests/probe-testing.int.test.ts",
    imports: "@skyport/testing",
  },
  {
    what: "an app's unit test imports testing",
    file: "apps/order-svc/src/probe-testing.test.ts",
    imports: "@skyport/testing",
  },
  { what: "a library imports a library", file: "libs/rpc/src/probe-util.ts", imports: "@skyport/deadline" },
  {
    what: "a library's test imports testing",
    file: "libs/db/tests/probe-testing.int.test.ts",
    imports: "@skyport/testing",
  },
  { what: "the database imports its driver", file: "libs/db/src/probe-postgres.ts", imports: "postgres" },
  { what: "the cache imports its driver", file: "libs/cache/src/probe-redis.ts", imports: "@redis/client" },
  { what: "the benchmark imports the cache's driver", file: "tools/perf/src/probe-redis.ts", imports: "@redis/client" },
  { what: "a tool imports testing", file: "tools/dev/src/probe-testing.ts", imports: "@skyport/testing" },
  { what: "a tool imports the contract", file: "tools/seed/src/probe-contract.ts", imports: "@skyport/proto" },
];

let copy: WorkspaceCopy;
let messages: ReadonlyMap<string, string>;

beforeAll(async () => {
  copy = await copyWorkspace();
  const probes: readonly Probe[] = [...refused, ...allowed];
  // Types, which leave nothing at run time, and what is imported later bind as much as a plain import.
  const text = (imports: string): string =>
    [`import type {} from "${imports}";`, `import "${imports}";`, `await import("${imports}");`, ""].join("\n");
  for (const { file, imports } of probes) await copy.write(file, text(imports));
  // An app has no public face; with one, what refuses its import is what it is, not that it cannot be found.
  const app = await readObject(join(copy.root, "apps/product-svc/package.json"));
  await copy.write("apps/product-svc/package.json", JSON.stringify({ ...app, exports: { ".": "./src/main.ts" } }));
  await readGraph(copy.root);
  const files = probes.map(({ file }) => file);
  const output = await copy.run("eslint", ["--format", "json", ...files], "any");
  const results: unknown = JSON.parse(output);
  if (!Array.isArray(results)) throw new Error(`ESLint did not write its results:\n${output}`);
  messages = new Map(
    results.filter(isObject).map((result) => [
      relative(copy.root, String(result["filePath"])),
      (Array.isArray(result["messages"]) ? result["messages"] : [])
        .filter(isObject)
        .map(({ line, message }) => `${line}: ${message}`)
        .join("\n"),
    ]),
  );
}, 120_000);

afterAll(async () => {
  await copy[Symbol.asyncDispose]();
});

test.each(refused)("$what: refused", ({ file, refusedFor }) => {
  const refusals = messages
    .get(join(file))
    ?.split("\n")
    .filter((line) => line.includes(refusedFor));
  expect(refusals?.map((line) => line.slice(0, 2))).toEqual(["1:", "2:", "3:"]);
});

test.each(allowed)("$what: allowed", ({ file }) => {
  expect(messages.get(join(file))).toBe("");
});
