/** `npm start` in another folder, with other services: argv[2] is the folder, argv[3] the mode. */
import { fileURLToPath } from "node:url";
import { npmLaunchers } from "../../src/launchers.ts";
import { run } from "../../src/run.ts";

const [, , root = "", mode] = process.argv;
const { SERVICE_ENTRY: service = fileURLToPath(new URL("./service.ts", import.meta.url)) } = process.env;
process.exitCode = await run({
  root,
  mode: mode === "dev" ? "dev" : "start",
  entries: async () => ({ product: service, order: service }),
  env: process.env,
  launchers: await npmLaunchers(process.env),
  print: (line) => void process.stdout.write(`${line}\n`),
});
