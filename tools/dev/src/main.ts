import { fileURLToPath } from "node:url";
import { npmLaunchers } from "./launchers.ts";
import { entriesFor } from "./plan.ts";
import { run } from "./run.ts";

const NODE_MAJOR = 24;

const mode = process.argv[2] ?? "start";
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
// A closed terminal must not keep the services from being stopped.
process.stdout.on("error", () => undefined);

if (mode !== "start" && mode !== "dev") {
  print(`usage: npm start, or npm run dev; got "${mode}"`);
  process.exitCode = 1;
} else if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR) {
  print(`skyport: needs Node ${NODE_MAJOR} and runs on ${process.versions.node}: use npm start, which brings it along`);
  process.exitCode = 1;
} else {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const launchers = await npmLaunchers(process.env);
  process.exitCode = await run({
    root,
    mode,
    entries: () => entriesFor(mode, root),
    env: process.env,
    print,
    launchers,
  });
}
