import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MUTATIONS, type Mutation } from "./mutation-list.ts";
import { Workspace } from "./workspace.ts";

/*
 * Shows that the tests hold the protocol: takes one line that keeps the promise out of a copy of this library, runs the
 * test that is said to notice, and fails when it does not.
 *
 *   node scripts/mutations.ts                  every mutation, each against its own test
 *   node scripts/mutations.ts --unit           only those that unit tests catch
 *   node scripts/mutations.ts --all fence      those whose name holds "fence", against the whole suite
 *   node scripts/mutations.ts --table          writes docs/cache-mutations.md
 */

const boolean = { type: "boolean" } as const;
const { values, positionals } = parseArgs({
  options: { all: boolean, unit: boolean, table: boolean },
  allowPositionals: true,
});

const isUnit = ({ caughtBy }: Mutation): boolean => caughtBy.file.startsWith("src/");

async function check(workspace: Workspace, mutation: Mutation): Promise<boolean> {
  const { name, caughtBy } = mutation;
  using _mutated = workspace.mutate(mutation);
  const pattern = values.all ? "{src/**/*.test.ts,tests/**/*.int.test.ts}" : caughtBy.file;
  const { failed, broken } = await workspace.run(pattern, values.all ? undefined : caughtBy.test);
  const caught = failed.includes(caughtBy.test);
  const others = failed.filter((test) => test !== caughtBy.test);
  const told = [
    ...(caught ? [caughtBy.test] : []),
    ...(values.all || !caught ? others : []),
    ...(broken ? [broken] : []),
  ];
  process.stdout.write(
    `${caught ? "caught  " : "SURVIVED"} ${name}\n${told.map((line) => `         ${line}\n`).join("")}`,
  );
  return caught;
}

/** Two at a time where there are two processors: most of a run is one process's start. */
async function checkAll(mutations: readonly Mutation[]): Promise<number> {
  const waiting = [...mutations];
  let survivors = 0;
  const worker = async (): Promise<void> => {
    using workspace = new Workspace();
    // All of them once, so that a line that has changed since is noticed at once.
    for (const mutation of mutations) workspace.mutate(mutation)[Symbol.dispose]();
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (!(await check(workspace, next))) survivors += 1;
    }
  };
  const workers = values.all ? 1 : Math.min(availableParallelism(), 4, mutations.length);
  await Promise.all(Array.from({ length: workers }, worker));
  return survivors;
}

function table(): string {
  const rows = MUTATIONS.map(({ rule, name, file, caughtBy }) => {
    return `| ${rule} | ${name} | \`${file}\` | ${caughtBy.test} | \`${caughtBy.file}\` |`;
  });
  return [
    "# What each line of the cache's protocol is for",
    "",
    "One line that keeps the promise is taken out or turned round, and the named test fails. `npm run mutations`",
    "does all of it; this table is written by `node libs/cache/scripts/mutations.ts --table`.",
    "",
    "| rule | without | in `libs/cache/src` | fails | in `libs/cache` |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

if (values.table) {
  writeFileSync(join(import.meta.dirname, "..", "..", "..", "docs", "cache-mutations.md"), table());
} else {
  const [wanted = ""] = positionals;
  const chosen = MUTATIONS.filter((mutation) => mutation.name.includes(wanted) && (!values.unit || isUnit(mutation)));
  const survivors = await checkAll(chosen);
  process.stdout.write(`${chosen.length - survivors} of ${chosen.length} mutations are caught\n`);
  process.exitCode = survivors === 0 && chosen.length > 0 ? 0 : 1;
}
