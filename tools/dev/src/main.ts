import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { npmLaunchers } from "./launchers.ts";
import { entriesFor } from "./plan.ts";
import { run } from "./run.ts";

const NODE_MAJOR = 24;

const USAGE = "usage: npm start [-- --workers N], or npm run dev";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { workers: { type: "string" } },
});
const [mode = "start"] = positionals;
const unknown = Object.keys(values).find((option) => option !== "workers");
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
// A closed terminal must not keep the services from being stopped.
process.stdout.on("error", () => undefined);

if ((mode !== "start" && mode !== "dev") || unknown !== undefined) {
  print(`${USAGE}; got "${unknown ?? mode}"`);
  process.exitCode = 1;
} else if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR) {
  print(`skyport: needs Node ${NODE_MAJOR} and runs on ${process.versions.node}: use npm start, which brings it along`);
  process.exitCode = 1;
} else {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const { workers } = values;
  const env = typeof workers === "string" ? { ...process.env, WORKERS: workers } : process.env;
  const launchers = await npmLaunchers(process.env);
  process.exitCode = await run({
    root,
    mode,
    entries: () => entriesFor(mode, root),
    env,
    print,
    launchers,
  });
}
